internal import ServingTypes

/// A client's request for tokens, read, checked and tokenized.
struct ClientRequest: Equatable, Sendable {
    /// One prompt; each gets `choiceCount` answers.
    struct Prompt: Equatable, Sendable {
        /// What the model is given, at least one token.
        var tokens: [TokenID]
        /// Text that is put before the answer; empty unless the client asks for `echo`.
        var echo = ""
    }

    /// Where it was sent, which decides the answer's form.
    var endpoint: Endpoint
    /// What the endpoints share.
    var fields: CommonFields
    /// The prompts, in the client's order.
    var prompts: [Prompt]

    /// Checks that every prompt and its answer fit, and completes the sampling parameters.
    ///
    /// - Parameters:
    ///   - defaultMaxTokens: limit when the client sets none; `nil` leaves the rest of the context.
    ///   - promptField: the field to blame when the prompt is too long.
    init(
        _ fields: CommonFields,
        to endpoint: Endpoint,
        prompts: [Prompt],
        for served: ServedModel,
        defaultMaxTokens: Int?,
        promptField: String
    ) throws(APIError) {
        self.endpoint = endpoint
        self.fields = fields
        self.prompts = prompts
        let choices = prompts.count * fields.choiceCount
        guard choices <= RequestLimits.choicesOverall else {
            let limit = RequestLimits.choicesOverall
            throw .badField(
                "n",
                "\(prompts.count) prompts × \(fields.choiceCount) choices exceed the limit of \(limit)"
            )
        }
        for prompt in prompts {
            guard !prompt.tokens.isEmpty else {
                throw .badField(promptField, "\(promptField) must give at least one token")
            }
            let wanted = fields.maxTokens ?? defaultMaxTokens ?? 1
            let (total, overflow) = wanted.addingReportingOverflow(prompt.tokens.count)
            guard !overflow, total <= served.contextTokens else {
                throw .contextExceeded(
                    promptTokens: prompt.tokens.count,
                    outputTokens: overflow ? served.contextTokens : wanted,
                    limit: served.contextTokens,
                    param: promptField
                )
            }
        }
        let longest = prompts.map(\.tokens.count).max() ?? 0
        let limit = fields.maxTokens ?? defaultMaxTokens ?? served.contextTokens - longest
        guard fields.minTokens <= limit else {
            throw .badField(
                "min_tokens",
                "min_tokens is \(fields.minTokens), more than the limit of \(limit)"
            )
        }
        self.fields.sampling.maxTokens = limit
    }
}
