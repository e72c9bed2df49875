internal import CLinux
internal import ServingTypes

/// Connects and authenticates on the calling thread, with one deadline for both.
struct LaneDialer {
    let target: LaneTarget
    let identity: TLSIdentity
    let configuration: LaneSenderConfiguration
    let signal: WakeSignal
    let isStopped: () -> Bool

    /// Tries the target's addresses in order; the session is ready for blocking calls.
    func dial() throws(TransportError) -> TLSSession {
        let addresses = try SocketAddress.resolve(host: target.host, port: target.port, isNumeric: false)
        let deadline = MonotonicClock.now + configuration.dialTimeout
        let session = try authenticate(connect(to: addresses, deadline: deadline), deadline: deadline)
        try session.socket.setBlocking(stallTimeout: configuration.stallTimeout)
        session.writeWhole()
        return session
    }

    private func connect(
        to addresses: [SocketAddress],
        deadline: Timestamp
    ) throws(TransportError) -> FileDescriptor {
        var failure = TransportError.unresolved(host: target.host, reason: "no address")
        for address in addresses {
            do throws(TransportError) {
                let socket = try address.connect()
                try wait(socket.number, for: Readiness.writable, deadline: deadline)
                let code = SocketAddress.connectResult(of: socket.number)
                guard code == 0 else { throw .system(operation: "connecting to \(address)", code: code) }
                return socket
            } catch {
                failure = error
            }
            if isStopped() { break }
        }
        throw failure
    }

    private func authenticate(
        _ socket: consuming FileDescriptor,
        deadline: Timestamp
    ) throws(TransportError) -> TLSSession {
        let session = try newSession(socket)
        while true {
            switch try handshakeStep(session) {
            case .done:
                return session
            case .wantsRead:
                try wait(session.socket.number, for: Readiness.readable, deadline: deadline)
            case .wantsWrite:
                try wait(session.socket.number, for: Readiness.writable, deadline: deadline)
            case .closed:
                throw .closedByPeer
            }
        }
    }

    private func newSession(_ socket: consuming FileDescriptor) throws(TransportError) -> TLSSession {
        do throws(TLSError) {
            return try TLSSession(
                socket: socket,
                context: identity.context,
                side: .client,
                expectedName: target.expectedPeer,
                keyUpdateBytes: configuration.keyUpdateBytes
            )
        } catch {
            throw .tls(error)
        }
    }

    private func handshakeStep(_ session: TLSSession) throws(TransportError) -> TLSProgress {
        do throws(TLSError) {
            return try session.handshake()
        } catch {
            throw .tls(error)
        }
    }

    /// Waits for the socket; the end of the lane ends the wait too.
    private func wait(_ socket: Int32, for events: UInt32, deadline: Timestamp) throws(TransportError) {
        while true {
            guard !isStopped() else { throw .stopped }
            let timeout = MonotonicClock.pollTimeout(until: deadline)
            let ready = clinux_wait_two(socket, events, signal.number, Readiness.readable, timeout)
            guard ready >= 0 else { throw .system(operation: "poll", code: -ready) }
            if ready & 1 != 0 { return }
            if ready & 2 != 0 { signal.drain() }
            guard MonotonicClock.now < deadline else {
                throw .timedOut(operation: "dialing \(target)", after: configuration.dialTimeout)
            }
        }
    }
}
