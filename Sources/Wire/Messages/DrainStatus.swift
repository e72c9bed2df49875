/// What a worker still owes while it drains.
public struct DrainStatus: Hashable, Sendable {
    /// Accepted requests that are not over.
    public var requests: Int
    /// Transfers whose KV the worker must keep or expects.
    public var leases: Int

    /// Counts what is owed.
    public init(requests: Int, leases: Int) {
        self.requests = requests
        self.leases = leases
    }

    /// Whether nothing is owed.
    public var isSafeToStop: Bool { requests == 0 && leases == 0 }
}
