internal import Wire

/// One connection of a ``ControlLoop``; only the loop's thread touches it.
final class ControlConnection {
    enum Phase {
        /// The host name is being looked up.
        case resolving
        /// Dialing; `rest` are the addresses to try next.
        case connecting(rest: [SocketAddress])
        case handshaking(TLSSession)
        case open(TLSSession)
        /// Sending what is queued, then the end; what arrives is dropped.
        case flushing(TLSSession, TransportError?)
        /// The end was sent; waiting for the peer's.
        case lingering(TLSSession, TransportError?)
        /// The handshake failed and was reported; the socket stays until the peer has read the alert, because
        /// closing it with unread input would reset the connection and lose the alert.
        case refusing(TLSSession)
    }

    let id: ConnectionID
    /// Set on dialed connections.
    let target: DialTarget?
    /// Numeric once known.
    var address: String
    var phase: Phase
    /// The socket until a session owns it.
    var connectingSocket: FileDescriptor?
    var decoder = FrameDecoder()
    /// Bytes taken from the outbox, of which `writtenCount` are written.
    var outgoing: [UInt8] = []
    var writtenCount = 0
    /// Events for which the descriptor is watched; 0 if it is not.
    var watched: UInt32 = 0
    /// A read that waits for the socket to become writable: answering a key update writes while reading.
    var readWantsWrite = false
    var isQueuedForRetry = false
    var wasOpened = false
    var deadlineTimer: UInt64?

    init(id: ConnectionID, target: DialTarget?, address: String, phase: Phase) {
        self.id = id
        self.target = target
        self.address = address
        self.phase = phase
    }

    var isDialed: Bool { target != nil }

    /// The session, in the phases that have one.
    var session: TLSSession? {
        switch phase {
        case .resolving, .connecting: nil
        case .handshaking(let session), .open(let session), .refusing(let session): session
        case .flushing(let session, _), .lingering(let session, _): session
        }
    }

    /// The socket's number, in the phases that have one.
    var descriptor: Int32? {
        if let session { return session.socket.number }
        return connectingSocket?.number
    }

    /// True while frames are delivered.
    var isOpen: Bool {
        guard case .open = phase else { return false }
        return true
    }

    /// Why a closing connection is being closed.
    var closingError: TransportError? {
        switch phase {
        case .flushing(_, let error), .lingering(_, let error): error
        case .resolving, .connecting, .handshaking, .open, .refusing: nil
        }
    }
}
