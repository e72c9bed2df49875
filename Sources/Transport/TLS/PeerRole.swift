/// What a process may be in a cluster; its certificate lists the roles it is permitted.
public enum PeerRole: String, Hashable, Sendable, CaseIterable {
    /// Accepts client requests and places them.
    case router
    /// Computes prompts.
    case prefill
    /// Generates tokens.
    case decode
    /// Operates the cluster: drain, inspect, explain.
    case admin
    /// Drives load tests.
    case load
}
