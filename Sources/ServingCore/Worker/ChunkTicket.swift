import ServingTypes

/// One chunk on its way through a lane; its blocks stay pinned until the lane reports back.
public struct ChunkTicket: Hashable, Sendable {
    /// Rises with each chunk of this boot.
    public var number: UInt64
    /// The receiving worker.
    public var receiver: WorkerRef
    /// The sender's own blocks, in the order of the chunk.
    public var blocks: [BlockIndex]
    /// Payload bytes.
    public var bytes: Int
    /// The attempt that the chunk belongs to.
    public var attempt: AttemptID
}
