/// Documents about the cluster that a router writes.
public enum DocumentKind: UInt8, Hashable, Sendable, CaseIterable {
    /// Workers, links and totals.
    case cluster = 1
    /// Requests in flight; the argument is a tenant, or empty for all.
    case requests = 2
    /// The newest load reports; the argument is a worker, or empty for all.
    case loads = 3
    /// What is served.
    case models = 4
    /// The settings in force of the process that the argument names, the router's own when it is empty.
    case config = 5
    /// What came of reading settings and certificates again: a question that changes something.
    case reload = 6
    /// How the pools fit the load.
    case pools = 7
}
