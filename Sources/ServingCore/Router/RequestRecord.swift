import ServingTypes

/// One request from submission to end: what was decided, what was predicted, and what happened.
public struct RequestRecord: Hashable, Sendable {
    /// The request.
    public var request: RequestID
    /// Prompt length in tokens.
    public var promptTokens: Int
    /// Output tokens emitted.
    public var outputTokens: Int
    /// What was allowed to happen to its KV; each attempt's plan says what did.
    public var quality: KVQuality
    /// How it ranked, and how long it was expected to become.
    public var terms = ServiceTerms()
    /// When it was submitted, on the router's clock.
    public var submittedAt: Timestamp
    /// From submission to the first token; `nil` without one.
    public var ttft: Duration?
    /// From the first token to the second, the hand-off gap; `nil` without one.
    public var gap: Duration?
    /// From submission to the end.
    public var elapsed: Duration
    /// How it ended.
    public var outcome: RequestOutcome
    /// The latest placements, oldest first: at most ``maxAttempts``.
    public var attempts: [AttemptRecord]

    /// Placements that a record keeps.
    public static let maxAttempts = 32

    /// Mean time per output token after the first; `nil` with fewer than two.
    public var tpot: Duration? {
        guard outputTokens > 1, let ttft else { return nil }
        return (elapsed - ttft) / (outputTokens - 1)
    }
}
