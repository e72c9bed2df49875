/// What the workers of one role at one site can do, and what is asked of them.
public struct PoolStanding: Hashable, Sendable {
    /// The site; empty when the workers name none.
    public var site: String
    /// What they do.
    public var role: WorkerRole
    /// How many there are.
    public var workers: Int
    /// Requests per second that they could serve, by their costs and the lengths seen lately; 0 when unknown.
    public var capacity: Double
    /// Requests per second that come to them.
    public var demand: Double
    /// Mean time until a prompt that comes now would start.
    public var queued: Duration

    /// Collects what is known of a pool.
    public init(
        site: String,
        role: WorkerRole,
        workers: Int,
        capacity: Double,
        demand: Double,
        queued: Duration
    ) {
        self.site = site
        self.role = role
        self.workers = workers
        self.capacity = capacity
        self.demand = demand
        self.queued = queued
    }

    /// Demand over capacity; 0 while the capacity is unknown.
    public var utilisation: Double { capacity > 0 ? demand / capacity : 0 }
}
