/// Worker to router: what becomes of an order to change its role.
///
/// A worker that takes the order ends the work of its role first; then it registers anew.
public struct RoleAnswer: Hashable, Sendable {
    /// The role that was ordered.
    public var wanted: WorkerRole
    /// What the worker does at the moment.
    public var current: WorkerRole
    /// Parts of requests that it ends first.
    public var requests: Int
    /// Transfers among them, and cached blocks on their way.
    public var leases: Int
    /// Why it keeps its role; `nil` when the order was taken.
    public var failure: ServingError?

    /// Answers an order.
    public init(
        wanted: WorkerRole,
        current: WorkerRole,
        requests: Int,
        leases: Int,
        failure: ServingError? = nil
    ) {
        self.wanted = wanted
        self.current = current
        self.requests = requests
        self.leases = leases
        self.failure = failure
    }

    /// Whether the worker has the role.
    public var isDone: Bool { failure == nil && wanted == current }
}
