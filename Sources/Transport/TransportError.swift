public import Wire

/// Why a connection, lane or transport call failed.
public enum TransportError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A system call failed with this errno.
    case system(operation: String, code: Int32)
    /// A host name has no address.
    case unresolved(host: String, reason: String)
    /// Too many host names are being looked up at once.
    case resolverBusy(limit: Int)
    /// Something took longer than it may.
    case timedOut(operation: String, after: Duration)
    /// TLS or certificates.
    case tls(TLSError)
    /// The peer sent something that is not a frame, or a frame to be sent is too large.
    case frame(FrameError)
    /// The peer does not take what is sent to it.
    case slowPeer(queuedBytes: Int, limitBytes: Int)
    /// The loop has all the connections it may have.
    case tooManyConnections(limit: Int)
    /// Too many accepted connections have not proved who they are yet.
    case tooManyHandshakes(limit: Int)
    /// The peer closed the connection in an orderly way.
    case closedByPeer
    /// There is no such connection, or no longer.
    case notConnected
    /// The connection or lane has been shut down here.
    case stopped
    /// A lane closed itself after a time without chunks; open another one.
    case idle(after: Duration)
    /// The lane's handler gave memory of another size than the payload.
    case destinationMismatch(payloadBytes: Int, givenBytes: Int)
    /// The lane's handler refused a frame.
    case refused(reason: String)
    /// The stream ended inside a frame.
    case truncatedFrame

    /// What happened, with numbers, and what to do.
    public var description: String {
        switch self {
        case .system(let operation, let code):
            "\(operation) failed: \(SystemError.text(of: code)) (errno \(code))"
        case .unresolved(let host, let reason):
            "cannot resolve host \"\(host)\": \(reason)"
        case .resolverBusy(let limit):
            "\(limit) host names are being looked up already: try again later, or use numeric addresses"
        case .timedOut(let operation, let after):
            "\(operation) took longer than \(after)"
        case .tls(let error):
            error.description
        case .frame(let error):
            error.description
        case .slowPeer(let queuedBytes, let limitBytes):
            "peer does not keep up: \(queuedBytes) bytes would be queued for it, the limit is \(limitBytes)"
        case .tooManyConnections(let limit):
            "there are \(limit) connections already, which is the limit"
        case .tooManyHandshakes(let limit):
            "\(limit) connections are in their handshake already, which is the limit"
        case .closedByPeer:
            "peer closed the connection"
        case .notConnected:
            "connection does not exist any more"
        case .stopped:
            "transport was shut down"
        case .idle(let after):
            "lane was closed after \(after) without chunks: open another one"
        case .destinationMismatch(let payloadBytes, let givenBytes):
            "frame has \(payloadBytes) payload bytes, its destination has \(givenBytes)"
        case .refused(let reason):
            "frame refused: \(reason)"
        case .truncatedFrame:
            "connection ended inside a frame"
        }
    }

    /// A short constant name for metrics and logs.
    public var label: String {
        switch self {
        case .system: "system"
        case .unresolved: "unresolved"
        case .resolverBusy: "resolver_busy"
        case .timedOut: "timed_out"
        case .tls(let error): error.label
        case .frame: "bad_frame"
        case .slowPeer: "slow_peer"
        case .tooManyConnections: "too_many_connections"
        case .tooManyHandshakes: "too_many_handshakes"
        case .closedByPeer: "closed_by_peer"
        case .notConnected: "not_connected"
        case .stopped: "stopped"
        case .idle: "idle"
        case .destinationMismatch: "destination_mismatch"
        case .refused: "refused"
        case .truncatedFrame: "truncated_frame"
        }
    }
}
