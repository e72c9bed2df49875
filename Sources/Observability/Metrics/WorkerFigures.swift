public import ServingTypes

/// What a router shows of one worker.
public struct WorkerFigures: Hashable, Sendable {
    /// Its name.
    public var worker: WorkerID
    /// What it does now.
    public var role: WorkerRole
    /// Sequences that wait there.
    public var waiting = 0
    /// Sequences in prefill or decode.
    public var running = 0
    /// Prompt tokens that it has not computed.
    public var queuedTokens = 0
    /// Its pool.
    public var blocks = BlockGauges()
    /// Whether it takes no new work.
    public var isDraining = false

    /// An idle worker.
    public init(worker: WorkerID, role: WorkerRole) {
        self.worker = worker
        self.role = role
    }
}

extension BlockGauges {
    /// Share of the blocks that is in use: neither free nor a prefix that may be evicted; 0 without blocks.
    var usage: Double { total > 0 ? Double(total - available) / Double(total) : 0 }
}
