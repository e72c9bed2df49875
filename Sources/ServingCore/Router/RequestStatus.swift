import ServingTypes

/// Where a request stands.
public struct RequestStatus: Hashable, Sendable {
    /// The coarse state.
    public enum Phase: Hashable, Sendable {
        /// Waits for a worker.
        case waiting
        /// Placed; the decode worker has not produced a token yet.
        case placed
        /// The decode worker produces tokens.
        case decoding
        /// Ended; the workers' reports are awaited.
        case over
    }

    /// The state.
    public var phase: Phase
    /// The current or last attempt's plan; `nil` before the first.
    public var plan: ScoredPlan?
    /// Number of the last attempt; 0 before the first.
    public var attempt: UInt32
    /// Prompt length in tokens.
    public var promptTokens: Int
    /// Tokens emitted so far.
    public var outputTokens: Int
    /// Tokens that it may have at most.
    public var maxOutputTokens: Int
    /// How urgent it is.
    public var priority: RequestPriority
    /// From submission to the first token; `nil` before it.
    public var ttft: Duration?
    /// When it was submitted.
    public var submittedAt: Timestamp
}
