/// Decode worker to prefill worker: which blocks it need not send and how much it may.
///
/// Repeated; idempotent.
public struct KVHeld: Hashable, Sendable {
    /// The attempt.
    public var attempt: AttemptID
    /// Leading prompt blocks already here, pinned from this answer on.
    public var heldBlocks: Int
    /// Payload bytes the sender may have sent in total since the attempt began.
    public var creditBytes: Int

    /// Answers an offer or extends its credit.
    public init(attempt: AttemptID, heldBlocks: Int, creditBytes: Int) {
        self.attempt = attempt
        self.heldBlocks = heldBlocks
        self.creditBytes = creditBytes
    }
}
