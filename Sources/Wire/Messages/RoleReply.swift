public import ServingTypes

/// A router's answer to a ``RoleRequest``: what the worker said, or why it was not asked.
public struct RoleReply: Hashable, Sendable {
    /// The worker.
    public var worker: WorkerID
    /// Its answer.
    public var answer: RoleAnswer

    /// Passes a worker's answer on.
    public init(worker: WorkerID, answer: RoleAnswer) {
        self.worker = worker
        self.answer = answer
    }
}
