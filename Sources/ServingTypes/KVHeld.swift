/// Receiver to sender: which blocks it need not send, what has landed, and how much it may send.
///
/// Repeated; idempotent: every field only ever grows during a transfer.
public struct KVHeld: Hashable, Sendable {
    /// The transfer.
    public var transfer: KVTransferID
    /// Leading blocks already here, pinned from this answer on.
    public var heldBlocks: Int
    /// KV bytes, before any codec, that the sender may have sent in total since the transfer began; chunks that are
    /// sent again count once.
    public var creditBytes: Int
    /// Every chunk up to this number has landed and is sound; 0 before the first.
    public var landedThrough: UInt32
    /// Nothing has landed for a while although the sender is alive: whatever is not acknowledged may be lost.
    public var isStalled: Bool

    /// Answers an offer, acknowledges chunks, or extends the credit.
    public init(
        transfer: KVTransferID,
        heldBlocks: Int,
        creditBytes: Int,
        landedThrough: UInt32 = 0,
        isStalled: Bool = false
    ) {
        self.transfer = transfer
        self.heldBlocks = heldBlocks
        self.creditBytes = creditBytes
        self.landedThrough = landedThrough
        self.isStalled = isStalled
    }
}
