internal import DaemonKit

/// A path, and what it carried between the last snapshots.
struct TopLink {
    let link: ClusterDocument.Link
    /// Bytes per second that were acknowledged; `nil` before the second snapshot.
    let now: Double?

    /// Whether it is worth a look: it carries something, or is not as it should be.
    var isNotable: Bool { link.degraded || link.backlogged || link.inFlightBytes > 0 || (now ?? 0) > 0 }
}
