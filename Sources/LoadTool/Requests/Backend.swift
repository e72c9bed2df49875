/// The interface of a server, by the names of `vllm bench serve --backend`.
public enum Backend: String, CaseIterable, Sendable {
    /// Completions: a prompt of token ids or text.
    case openai
    /// Chat completions: messages.
    case openaiChat = "openai-chat"

    /// The usual path.
    public var endpoint: String {
        switch self {
        case .openai: "/v1/completions"
        case .openaiChat: "/v1/chat/completions"
        }
    }
}
