/// The one list of reasons for which work is refused or fails: on the wire, in HTTP, logs and metrics.
public enum ServingErrorCode: UInt8, Hashable, Sendable, CaseIterable {
    /// The other process is gone: its connection closed or its heartbeats stopped.
    case peerLost = 1
    /// A reservation or lease ran out before its work was done.
    case leaseExpired = 2
    /// KV bytes do not match their checksum.
    case checksum = 3
    /// The peers' models, KV layouts or numerics differ.
    case layoutMismatch = 4
    /// No memory or queue space for this work now.
    case noCapacity = 5
    /// The work cannot be, or was not, done in its time.
    case deadline = 6
    /// The worker is being drained and takes no new work.
    case draining = 7
    /// The certificate, role or grant does not allow this.
    case unauthorized = 8
    /// The request itself is wrong.
    case badRequest = 9
    /// The client or the router gave the work up.
    case cancelled = 10
    /// The engine failed; the message says how.
    case engine = 11
    /// A message contradicts the protocol's state.
    case protocolViolation = 12
    /// The worker gave the work back so that other work has room: it goes on elsewhere, or here later.
    case preempted = 13

    /// The word used in logs, metrics and HTTP bodies.
    public var name: String {
        switch self {
        case .peerLost: "peer_lost"
        case .leaseExpired: "lease_expired"
        case .checksum: "checksum"
        case .layoutMismatch: "layout_mismatch"
        case .noCapacity: "no_capacity"
        case .deadline: "deadline"
        case .draining: "draining"
        case .unauthorized: "unauthorized"
        case .badRequest: "bad_request"
        case .cancelled: "cancelled"
        case .engine: "engine"
        case .protocolViolation: "protocol_violation"
        case .preempted: "preempted"
        }
    }
}
