/// How many tokens a request has used, as answers count them.
struct TokenUsage: Equatable, Sendable {
    /// Tokens of all prompts, each counted once however many choices it has.
    var promptTokens = 0
    /// Output tokens of all choices.
    var completionTokens = 0
    /// Prompt tokens found in a KV cache; `nil` when the cluster does not say.
    var cachedTokens: Int?

    func write(to writer: inout JSONWriter) {
        writer.object { usage in
            usage.member("prompt_tokens", promptTokens)
            usage.member("completion_tokens", completionTokens)
            usage.member("total_tokens", promptTokens + completionTokens)
            if let cachedTokens {
                usage.key("prompt_tokens_details")
                usage.object { $0.member("cached_tokens", cachedTokens) }
            }
        }
    }
}
