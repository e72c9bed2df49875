/// One output token, with log probabilities when the request asked for them.
public struct SampledToken: Hashable, Sendable {
    /// A token and its natural-log probability.
    public struct Logprob: Hashable, Sendable {
        /// The token.
        public var token: TokenID
        /// Natural logarithm of its probability under the model, before temperature and truncation.
        public var value: Float

        /// Pairs a token with its log probability.
        public init(token: TokenID, value: Float) {
            self.token = token
            self.value = value
        }
    }

    /// The token.
    public var id: TokenID
    /// Its log probability; `nil` unless asked for.
    public var logprob: Float?
    /// The most likely tokens, best first; as many as `SamplingParameters.topLogprobs`.
    public var top: [Logprob]

    /// A token without log probabilities unless given.
    public init(id: TokenID, logprob: Float? = nil, top: [Logprob] = []) {
        self.id = id
        self.logprob = logprob
        self.top = top
    }
}
