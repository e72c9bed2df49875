internal import CLinux
internal import ServingTypes
public import Wire

/// One thread that carries all control connections of a process: mutual TLS, framing, bounded queues, timers.
///
/// Every method may be called from any thread, the loop's own included, except ``shutdown()``.
public final class ControlLoop: Sendable {
    private let mailbox: ControlMailbox
    private let thread: OwnedThread

    /// Starts the loop's thread.
    ///
    /// - Parameters:
    ///   - identity: own certificates, for dialing and accepting.
    ///   - delegate: kept until the loop has ended.
    /// - Throws: ``TransportError/system(operation:code:)`` if the process has no descriptor or thread left.
    public init(
        identity: TLSIdentity,
        configuration: ControlLoopConfiguration = ControlLoopConfiguration(),
        delegate: any ControlLoopDelegate
    ) throws(TransportError) {
        let mailbox = try ControlMailbox(outgoingLimitBytes: configuration.outgoingLimitBytes)
        let events = try EventQueue()
        try events.add(mailbox.wakeDescriptor, events: Readiness.readable, token: ControlLoopCore.wakeToken)
        self.mailbox = mailbox
        thread = try OwnedThread(name: "control-loop") {
            // Lanes that encrypt without a pause must not hold up tokens and acknowledgements.
            _ = clinux_thread_prefer_latency()
            ControlLoopCore(
                mailbox: mailbox,
                events: events,
                identity: identity,
                configuration: configuration,
                delegate: delegate
            ).run()
        }
    }

    deinit { mailbox.stop() }

    /// Accepts connections on every address of `host`.
    ///
    /// - Parameters:
    ///   - host: name or numeric address; a name is looked up before the call returns.
    ///   - port: 0 lets the system choose.
    /// - Returns: the port.
    /// - Throws: ``TransportError`` if the address is unknown, taken or not permitted.
    public func listen(host: String, port: UInt16) throws(TransportError) -> UInt16 {
        let sockets = try ListeningSocket.open(host: host, port: port)
        for socket in sockets { try mailbox.post(.listen(id: mailbox.newID(), socket)) }
        return sockets[0].port
    }

    /// Starts to dial a peer; the outcome is
    /// ``ControlLoopDelegate/connectionOpened(_:peer:isDialed:address:)`` or
    /// ``ControlLoopDelegate/connectionClosed(_:error:)``.
    ///
    /// Frames may be sent at once; they leave when the connection is open.
    /// - Parameters:
    ///   - expectedPeer: name that the peer's certificate must state; `nil` admits any
    ///     peer of the own cluster.
    ///   - timeout: for look-up, connecting (all addresses together) and handshake.
    /// - Throws: ``TransportError/stopped``.
    public func dial(
        host: String,
        port: UInt16,
        expectedPeer: String?,
        timeout: Duration = .seconds(5)
    ) throws(TransportError) -> ConnectionID {
        let id = ConnectionID(rawValue: mailbox.newID())
        let target = DialTarget(host: host, port: port, expectedName: expectedPeer, timeout: timeout)
        mailbox.addOutbox(id)
        do throws(TransportError) {
            try mailbox.post(.dial(id, target, deadline: MonotonicClock.now + timeout))
        } catch {
            mailbox.removeOutbox(id)
            throw error
        }
        return id
    }

    /// Queues a frame; frames of one connection leave in the order of these calls, several in one TLS record
    /// if they are short.
    ///
    /// - Throws: ``TransportError/notConnected``, or ``TransportError/slowPeer(queuedBytes:limitBytes:)`` if
    ///   the queue is full: the connection is then closed without waiting for the peer.
    public func send(_ frame: Frame, on id: ConnectionID) throws(TransportError) {
        try mailbox.send(frame.encoded(), on: id)
    }

    /// Closes a connection after what is queued for the peer was sent; an unknown one is ignored.
    public func close(_ id: ConnectionID) {
        postUnlessStopped(.close(id, nil))
    }

    /// Calls `body` on the loop's thread after a time; never after ``shutdown()`` returned.
    @discardableResult
    public func schedule(after delay: Duration, _ body: @escaping @Sendable () -> Void) -> TimerID {
        let id = TimerID(rawValue: mailbox.newID())
        postUnlessStopped(.schedule(id, deadline: MonotonicClock.now + delay, body))
        return id
    }

    /// Forgets a scheduled call; one that has happened is ignored.
    public func cancel(_ id: TimerID) {
        postUnlessStopped(.cancel(id))
    }

    /// Closes everything and waits for the loop's thread to end; each connection is reported as closed.
    ///
    /// It does not wait for peers: to be sure that they receive what is queued, close the connections first
    /// and wait for ``ControlLoopDelegate/connectionClosed(_:error:)``.
    public func shutdown() {
        precondition(!thread.isCurrent, "the control loop cannot be shut down from its own thread")
        mailbox.stop()
        thread.join()
    }

    /// A stopped loop has closed every connection and calls no timer: there is nothing left to ask of it.
    private func postUnlessStopped(_ command: ControlCommand) {
        _ = Result { () throws(TransportError) in try mailbox.post(command) }
    }
}
