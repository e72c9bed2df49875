internal import ServingCore
internal import ServingTypes
internal import Transport

/// Where outgoing lanes get their chunks, and whom they tell what became of them.
protocol LaneWorkSource: AnyObject, Sendable {
    /// The next frame for a lane, or `nil`: it then sleeps until it is woken.
    ///
    /// - Parameter finished: what the lane took before, and how many bytes it sent for it.
    func nextWork(
        to receiver: WorkerRef,
        lane: UInt64,
        after finished: (tickets: [ChunkTicket], wireBytes: Int)?
    ) -> LaneAssignment

    /// A lane has sent what it took before, and shall send nothing more.
    func finished(_ tickets: [ChunkTicket], wireBytes: Int)

    /// Whether a lane would find something to send.
    func hasWork(to receiver: WorkerRef) -> Bool

    /// A lane is gone and reads no memory any more.
    func laneClosed(_ lane: UInt64, to receiver: WorkerRef, unsent: [ChunkTicket], isBroken: Bool)

    /// No lane can be opened.
    func lanesFailed(to receiver: WorkerRef, _ error: ServingError)
}

/// What a lane shall do next.
struct LaneAssignment: Sendable {
    /// The frame, with its memory; `nil` when there is nothing to send.
    var chunk: LaneChunk?
    /// What keeps the frame's blocks pinned; empty for frames without blocks.
    var tickets: [ChunkTicket] = []
    /// Whether a further lane would find something to send.
    var hasMore = false
}
