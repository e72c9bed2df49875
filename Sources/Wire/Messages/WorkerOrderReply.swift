public import ServingTypes

/// A router's answer to a ``WorkerOrder``.
public struct WorkerOrderReply: Hashable, Sendable {
    /// The worker.
    public var worker: WorkerID
    /// Why the order was not carried out.
    public var failure: ServingError?
    /// Requests that the worker had in hand: those that it ends, or that were placed anew when it was removed.
    public var requests: Int
    /// What became of its cache; `nil` unless it was flushed.
    public var flushed: CacheFlush?

    /// Answers an order.
    public init(
        worker: WorkerID,
        failure: ServingError? = nil,
        requests: Int = 0,
        flushed: CacheFlush? = nil
    ) {
        self.worker = worker
        self.failure = failure
        self.requests = requests
        self.flushed = flushed
    }
}
