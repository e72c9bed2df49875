import KVCache
import ServingCore
import ServingTypes

/// A chunk on its way.
struct Flight: Sendable {
    let chunk: KVChunk
    let lane: UInt64
    let from: Int
    let to: Int
    let sender: WorkerRef
    let receiver: WorkerRef
    /// What the KV was computed from, as the sender has it.
    let content: KVContentMark
    /// `nil` once the sender's lane is done with it, and for the second copy of a duplicated chunk.
    var ticket: ChunkTicket?
    var wireBytes: Int
    /// What the sender's lane read; empty until it has read everything.
    var tags: [UInt64] = []
    /// Where the receiver puts it; `nil` before it begins to arrive.
    var placement: ChunkPlacement?
    var outcome = ChunkOutcome.landed
    /// Whether any of it will still come to the receiver.
    var isArriving = true
}
