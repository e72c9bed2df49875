/// What placement sees of the cluster at one moment; the order of the workers means nothing.
public struct ClusterSnapshot: Sendable {
    /// All registered workers, each once.
    public var workers: [WorkerSnapshot]

    /// Collects the workers.
    public init(workers: [WorkerSnapshot]) { self.workers = workers }
}
