/// Sender to receiver: KV of this transfer is coming.
///
/// Repeated as a sign of life; idempotent.
public struct KVOffer: Hashable, Sendable {
    /// The transfer.
    public var transfer: KVTransferID
    /// Proof that the router wants this transfer.
    public var grant: Grant
    /// End of the blocks that the sender has or will have: for a hand-off all blocks of the sequence's cache, the
    /// last one possibly partial; for a fetch the leading full blocks that it holds.
    public var blockCount: Int

    /// Offers KV.
    public init(transfer: KVTransferID, grant: Grant, blockCount: Int) {
        self.transfer = transfer
        self.grant = grant
        self.blockCount = blockCount
    }
}
