internal import DaemonKit

/// What a router said at one time.
struct TopSnapshot: Sendable {
    var cluster: ClusterDocument
    var requests: RequestsDocument
    /// When it came, on the monotonic clock.
    var time: Duration
}
