/// The change of a role that would raise the throughput most.
public struct PoolAdvice: Hashable, Sendable {
    /// The worker that would change.
    public var worker: WorkerID
    /// Its site; empty when it names none.
    public var site: String
    /// What it would do.
    public var role: WorkerRole
    /// By how much the site's throughput would rise, as a share of what it is.
    public var gain: Double

    /// Describes a change.
    public init(worker: WorkerID, site: String, role: WorkerRole, gain: Double) {
        self.worker = worker
        self.site = site
        self.role = role
        self.gain = gain
    }
}
