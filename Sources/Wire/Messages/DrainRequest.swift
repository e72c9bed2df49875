public import ServingTypes

/// An operator's order to drain a worker, or to take it back; repeating it asks how far it is.
public struct DrainRequest: Hashable, Sendable {
    /// The worker.
    public var worker: WorkerID
    /// Whether it shall take work again.
    public var isResume: Bool

    /// Drains or resumes a worker.
    public init(worker: WorkerID, isResume: Bool) {
        self.worker = worker
        self.isResume = isResume
    }
}
