import ServingTypes

/// What a lane shall send next.
public enum LaneWork: Sendable {
    /// Chunks of one transfer for one frame, in this order; at least one.
    case chunks([FramedChunk])
    /// One frame of a probe.
    case probe(KVProbe)
}

/// A chunk in a frame, and what keeps its blocks pinned.
public struct FramedChunk: Hashable, Sendable {
    /// Goes back to the core when the lane is done.
    public var ticket: ChunkTicket
    /// What the receiver is told.
    public var chunk: KVChunk
}
