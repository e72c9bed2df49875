/// Prefill worker to decode worker: KV of this attempt is coming.
///
/// Repeated as a sign of life; idempotent.
public struct KVOffer: Hashable, Sendable {
    /// The attempt.
    public var attempt: AttemptID
    /// Proof that the router wants this transfer.
    public var grant: Grant
    /// Blocks of the whole prompt, the last one possibly partial.
    public var blockCount: Int

    /// Offers the KV of an attempt.
    public init(attempt: AttemptID, grant: Grant, blockCount: Int) {
        self.attempt = attempt
        self.grant = grant
        self.blockCount = blockCount
    }
}
