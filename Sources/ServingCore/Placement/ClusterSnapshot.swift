/// What placement sees of the cluster at one moment; the order of the workers means nothing.
public struct ClusterSnapshot: Sendable {
    /// All registered workers, each once.
    public var workers: [WorkerSnapshot]
    /// What is known of the ways between them.
    public var links: LinkTable

    /// Collects the workers; without a table every way has the same rate.
    public init(workers: [WorkerSnapshot], links: LinkTable = LinkTable(settings: LinkTableSettings())) {
        self.workers = workers
        self.links = links
    }
}
