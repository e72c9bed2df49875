public import ServingTypes

/// A router's answer to a ``DrainRequest``.
public struct DrainReply: Hashable, Sendable {
    /// The worker.
    public var worker: WorkerID
    /// Whether the worker takes no new work.
    public var isDraining: Bool
    /// What it still owes; the worker may be stopped when that is nothing.
    public var owed: DrainStatus
    /// Why the order was not carried out, for example because no such worker is known.
    public var failure: ServingError?

    /// Answers an order.
    public init(worker: WorkerID, isDraining: Bool, owed: DrainStatus, failure: ServingError? = nil) {
        self.worker = worker
        self.isDraining = isDraining
        self.owed = owed
        self.failure = failure
    }
}
