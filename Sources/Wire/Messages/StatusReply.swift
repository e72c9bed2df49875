/// A router's answer to an operator who asks how the cluster is.
public struct StatusReply: Hashable, Sendable {
    /// The router's name.
    public var router: String
    /// How long it has been up.
    public var uptime: Duration
    /// Name of the served model; empty before the first worker registered.
    public var modelName: String
    /// Requests that clients wait for.
    public var requestsInFlight: Int
    /// All workers that it knows, by name.
    public var workers: [WorkerStatus]

    /// Collects the state of a cluster.
    public init(
        router: String,
        uptime: Duration,
        modelName: String,
        requestsInFlight: Int,
        workers: [WorkerStatus]
    ) {
        self.router = router
        self.uptime = uptime
        self.modelName = modelName
        self.requestsInFlight = requestsInFlight
        self.workers = workers
    }
}
