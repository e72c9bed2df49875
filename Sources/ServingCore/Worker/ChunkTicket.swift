import KVCache
import ServingTypes

/// One chunk on its way through a lane; its blocks stay pinned until the lane reports back.
public struct ChunkTicket: Hashable, Sendable {
    /// Rises with each chunk of this boot.
    public var number: UInt64
    /// The receiving worker.
    public var receiver: WorkerRef
    /// The lane that has it.
    public var lane: UInt64
    /// The transfer that the chunk belongs to.
    public var transfer: KVTransferID
    /// The chunk's number in the transfer.
    public var chunkNumber: UInt32
    /// The sender's own blocks, in the order of the chunk.
    public var blocks: [BlockIndex]
    /// What the KV was computed from.
    public var content: KVContentMark
    /// KV bytes, before any codec.
    public var bytes: Int
}
