/// Worker to router: output tokens of an attempt, in order.
///
/// The decode worker's first batch repeats the token of the hand-off, so that it is not lost with the prefill worker.
public struct TokenBatch: Hashable, Sendable {
    /// The attempt.
    public var attempt: AttemptID
    /// Output index of the first token, 0 for the request's first.
    public var firstIndex: Int
    /// The tokens.
    public var tokens: [SampledToken]
    /// Set when the last token ends the choice.
    public var finish: FinishReason?

    /// Collects consecutive output tokens.
    public init(attempt: AttemptID, firstIndex: Int, tokens: [SampledToken], finish: FinishReason? = nil) {
        self.attempt = attempt
        self.firstIndex = firstIndex
        self.tokens = tokens
        self.finish = finish
    }
}
