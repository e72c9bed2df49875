/// Bounds of the API that are the protocol's, not the operator's.
enum RequestLimits {
    /// Choices per prompt.
    static let choices = 16
    /// Choices of one request over all its prompts.
    static let choicesOverall = 128
    /// Stop strings.
    static let stopStrings = 16
    /// Bytes of one stop string.
    static let stopStringBytes = 1_024
    /// Tokens in `stop_token_ids`.
    static let stopTokens = 64
    /// Most likely tokens reported per output token.
    static let topLogprobs = 20
    /// Tokens in `logit_bias`.
    static let biasedTokens = 1_024
}
