internal import Wire

/// What orders about workers print as JSON.
struct WorkerOrderDocument: Encodable {
    let worker: String
    let requests: Int
    let droppedBlocks: Int?
    let keptBlocks: Int?

    init(_ reply: WorkerOrderReply) {
        worker = reply.worker.rawValue
        requests = reply.requests
        droppedBlocks = reply.flushed?.droppedBlocks
        keptBlocks = reply.flushed?.keptBlocks
    }
}
