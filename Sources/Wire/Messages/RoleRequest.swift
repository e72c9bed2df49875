public import ServingTypes

/// An operator's order to a worker to take a role; repeating it asks how far it is.
public struct RoleRequest: Hashable, Sendable {
    /// The worker.
    public var worker: WorkerID
    /// What it is to do.
    public var role: WorkerRole

    /// Names a worker and its role.
    public init(worker: WorkerID, role: WorkerRole) {
        self.worker = worker
        self.role = role
    }
}
