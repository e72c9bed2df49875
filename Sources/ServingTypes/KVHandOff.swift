/// Prefill worker to decode worker: all KV was sent; go on from this token.
///
/// Repeated until verified; idempotent.
public struct KVHandOff: Hashable, Sendable {
    /// The attempt.
    public var attempt: AttemptID
    /// Proof that the router wants this transfer.
    public var grant: Grant
    /// The token that the prefill worker sampled: output token `Assignment.firstOutputIndex`.
    public var token: SampledToken

    /// Hands an attempt over.
    public init(attempt: AttemptID, grant: Grant, token: SampledToken) {
        self.attempt = attempt
        self.grant = grant
        self.token = token
    }
}
