internal import Dispatch
public import Logging
public import ServingTypes
internal import Synchronization
public import Transport
public import Wire

/// All control links of one process: greetings, permissions, heartbeats and typed farewells above a `ControlLoop`.
///
/// A link is opened only after both greetings agree (`Hello.mismatch`), carries only messages that the peer's
/// certificate allows, and is closed after three intervals of silence. Whoever breaks a rule gets a `Failure` message
/// with the sentence that the log shows.
public final class LinkHub: ControlLoopDelegate {
    private struct Entry {
        let certificate: PeerIdentity?
        let isDialed: Bool
        let address: String
        let purpose: ConnectionPurpose
        var peer: LinkPeer?
        var lastHeard: Timestamp
        /// Why this side closed it, or what the peer said before it did.
        var farewell: ServingError?
    }

    private struct State {
        var loop: ControlLoop?
        var handler: (any LinkHandler)?
        var entries: [ConnectionID: Entry] = [:]
        var greeting: Hello
        var heartbeatCount: UInt64 = 0
        var lastBeat: Timestamp?
        var isStopping = false
        var refusals = RefusalLog()
    }

    private let settings: LinkSettings
    private let logger: Logger
    private let onRefusal: @Sendable () -> Void
    /// Signalled with each connection that is gone.
    private let lastClosed = DispatchSemaphore(value: 0)
    private let state: Mutex<State>

    /// Prepares the links of a process.
    ///
    /// - Parameters:
    ///   - hello: what it says of itself; the purpose is set per connection.
    ///   - onRefusal: called for each connection that is turned away before or at its greeting.
    public init(
        hello: Hello,
        settings: LinkSettings,
        logger: Logger,
        onRefusal: @escaping @Sendable () -> Void = {}
    ) {
        self.onRefusal = onRefusal
        self.settings = settings
        self.logger = logger
        state = Mutex(State(greeting: hello))
    }

    /// Starts the loop's thread; `handler` is kept until `shutdown`.
    public func start(
        identity: TLSIdentity,
        configuration: ControlLoopConfiguration = ControlLoopConfiguration(),
        handler: any LinkHandler
    ) throws(TransportError) {
        let loop = try ControlLoop(identity: identity, configuration: configuration, delegate: self)
        state.withLock {
            $0.loop = loop
            $0.handler = handler
        }
        scheduleHeartbeats()
    }

    /// Closes every link once what is queued for its peer was sent, and waits for the loop's thread.
    ///
    /// Not to be called on that thread. A peer that takes nothing is not waited for longer than the linger time.
    public func shutdown() {
        let (loop, links) = state.withLock { state in
            state.isStopping = true
            return (state.loop, state.entries.keys.sorted())
        }
        for link in links { loop?.close(link) }
        let deadline = DispatchTime.now() + .nanoseconds(Int(settings.lingerTimeout.nanoseconds))
        while state.withLock({ !$0.entries.isEmpty }), lastClosed.wait(timeout: deadline) == .success {}
        loop?.shutdown()
        state.withLock {
            $0.loop = nil
            $0.handler = nil
        }
    }

    /// Accepts links and says in every greeting where; see `ControlLoop.listen`.
    ///
    /// - Parameter advertisedHost: host under which peers reach this process.
    /// - Returns: the port.
    public func listen(host: String, port: UInt16, advertisedHost: String) throws(TransportError) -> UInt16 {
        let loop = try runningLoop()
        // Under the lock, so that no peer is greeted before the port is known.
        return try state.withLock { state throws(TransportError) in
            let bound = try loop.listen(host: host, port: port)
            state.greeting.listener = Hello.Listener(host: advertisedHost, port: bound)
            return bound
        }
    }

    /// Dials a peer; the outcome is `linkOpened` or `linkClosed`.
    public func dial(
        host: String,
        port: UInt16,
        expectedPeer: String?,
        purpose: ConnectionPurpose = .control
    ) throws(TransportError) -> ConnectionID {
        let loop = try runningLoop()
        // The entry must exist before the loop's thread can report the outcome.
        return try state.withLock { state throws(TransportError) in
            let id = try loop.dial(
                host: host,
                port: port,
                expectedPeer: expectedPeer,
                timeout: settings.greetingTimeout
            )
            state.entries[id] = Entry(
                certificate: nil,
                isDialed: true,
                address: "\(host):\(port)",
                purpose: purpose,
                lastHeard: MonotonicClock.now
            )
            return id
        }
    }

    /// Queues a message; `false` when the link is gone or the peer does not keep up, which `linkClosed` explains.
    @discardableResult
    public func send(_ message: Message, on link: ConnectionID) -> Bool {
        do {
            let encoded = try message.encode()
            let frame = try Frame(
                type: encoded.type.rawValue,
                streamID: 0,
                message: encoded.header,
                payload: encoded.payload
            )
            guard let loop = state.withLock({ $0.loop }) else { return false }
            try loop.send(frame, on: link)
            return true
        } catch let error as WireError {
            logger.error("link.unsendable", metadata: ["type": "\(message.type)", "error": "\(error)"])
            return false
        } catch {
            logger.debug("link.send_failed", metadata: ["type": "\(message.type)", "error": "\(error)"])
            return false
        }
    }

    /// Tells the peer why and closes the link.
    public func close(_ link: ConnectionID, reason: ServingError) {
        let loop = state.withLock { state in
            if state.entries[link]?.farewell == nil { state.entries[link]?.farewell = reason }
            return state.loop
        }
        send(.failure(reason), on: link)
        loop?.close(link)
    }

    /// How long nothing was heard on a link; `nil` if it is gone.
    public func silence(of link: ConnectionID) -> Duration? {
        state.withLock { $0.entries[link]?.lastHeard }.map { MonotonicClock.now - $0 }
    }

    /// Runs `body` on the loop's thread after a time.
    public func schedule(after delay: Duration, _ body: @escaping @Sendable () -> Void) {
        state.withLock { $0.loop }?.schedule(after: delay, body)
    }

    private func runningLoop() throws(TransportError) -> ControlLoop {
        guard let loop = state.withLock({ $0.loop }) else { throw .stopped }
        return loop
    }

    // MARK: ControlLoopDelegate

    /// See `ControlLoopDelegate`.
    public func connectionOpened(_ id: ConnectionID, peer: PeerIdentity, isDialed: Bool, address: String) {
        let purpose = state.withLock { state in
            let purpose = state.entries[id]?.purpose ?? .control
            state.entries[id] = Entry(
                certificate: peer,
                isDialed: isDialed,
                address: address,
                purpose: purpose,
                lastHeard: MonotonicClock.now
            )
            return purpose
        }
        if isDialed { send(.hello(hello(for: purpose)), on: id) }
        schedule(after: settings.greetingTimeout) { [weak self] in self?.closeUnlessGreeted(id) }
    }

    /// See `ControlLoopDelegate`.
    public func connectionReceived(_ frame: Frame, on id: ConnectionID) -> FrameDisposition {
        let (entry, handler) = state.withLock { state in
            state.entries[id]?.lastHeard = MonotonicClock.now
            return (state.entries[id], state.handler)
        }
        guard let entry, let handler, let certificate = entry.certificate else { return .close }
        do throws(WireError) {
            let message = try decode(frame, from: certificate)
            guard let peer = entry.peer else { return greet(message, on: id, entry, certificate, handler) }
            deliver(message, on: id, from: peer, to: handler)
            return .keep
        } catch {
            return refuse(id, error.servingError)
        }
    }

    /// See `ControlLoopDelegate`.
    public func connectionClosed(_ id: ConnectionID, error: TransportError?) {
        let (entry, handler, isStopping) = state.withLock { state in
            (state.entries.removeValue(forKey: id), state.handler, state.isStopping)
        }
        lastClosed.signal()
        guard let entry else { return }
        let reason =
            entry.farewell ?? ServingError(.peerLost, error?.description ?? "the link was closed")
        if !isStopping {
            let name = entry.peer?.hello.name ?? entry.certificate?.name ?? entry.address
            logger.notice("link.closed", metadata: ["peer": "\(name)", "reason": "\(reason)"])
        }
        handler?.linkClosed(id, peer: entry.peer, reason: reason)
    }

    /// See `ControlLoopDelegate`.
    public func connectionRefused(address: String, error: TransportError) {
        onRefusal()
        let count = state.withLock { $0.refusals.note(now: MonotonicClock.now) }
        guard let count else { return }
        logger.warning(
            "link.refused",
            metadata: ["address": "\(address)", "reason": "\(error)", "since_last_line": "\(count)"]
        )
    }

    /// See `ControlLoopDelegate`.
    public func farewell(for error: FrameError) -> Frame? {
        let failure = Message.failure(ServingError(.protocolViolation, error.description))
        do {
            let encoded = try failure.encode()
            return try Frame(
                type: encoded.type.rawValue,
                streamID: 0,
                message: encoded.header,
                payload: encoded.payload
            )
        } catch {
            logger.error("link.unsendable", metadata: ["type": "failure", "error": "\(error)"])
            return nil
        }
    }

    // MARK: Greeting

    /// What this process says of itself on a connection for `purpose`.
    public func hello(for purpose: ConnectionPurpose) -> Hello {
        var hello = state.withLock { $0.greeting }
        hello.purpose = purpose
        return hello
    }

    private func decode(_ frame: Frame, from certificate: PeerIdentity) throws(WireError) -> Message {
        let type = try MessageType(checking: frame.header.type, from: SenderRoles(certificate.roles))
        return try Message.decode(type: type, header: frame.message, payload: frame.payload)
    }

    /// Compares both greetings; the accepting side answers with its own, except on a lane, which is one-way.
    private func greet(
        _ message: Message,
        on id: ConnectionID,
        _ entry: Entry,
        _ certificate: PeerIdentity,
        _ handler: any LinkHandler
    ) -> FrameDisposition {
        if case .failure(let error) = message {
            state.withLock { $0.entries[id]?.farewell = error }
            return .close
        }
        guard case .hello(let hello) = message else {
            return refuse(id, ServingError(.protocolViolation, "\(message.type) came before the greeting"))
        }
        let purpose = entry.isDialed ? entry.purpose : hello.purpose
        if let error = misfit(of: hello, certificate) ?? self.hello(for: purpose).mismatch(with: hello) {
            return refuse(id, error)
        }
        let peer = LinkPeer(
            hello: hello,
            certificate: certificate,
            isDialed: entry.isDialed,
            address: entry.address
        )
        if purpose == .lane {
            guard let receiver = handler.laneReceiver(for: peer) else {
                return refuse(id, ServingError(.unauthorized, "\(hello.name) may not open a lane here"))
            }
            state.withLock { $0.entries[id] = nil }  // From here on it is the receiver's.
            return .detach(to: receiver)
        }
        if !entry.isDialed { send(.hello(self.hello(for: purpose)), on: id) }
        state.withLock { $0.entries[id]?.peer = peer }
        logger.info("link.opened", metadata: ["peer": "\(peer.worker)", "address": "\(entry.address)"])
        handler.linkOpened(id, peer: peer)
        return .keep
    }

    /// What the greeting claims must be covered by the certificate.
    private func misfit(of hello: Hello, _ certificate: PeerIdentity) -> ServingError? {
        guard hello.name == certificate.name else {
            return ServingError(
                .unauthorized,
                "the peer says it is \(hello.name), its certificate says \(certificate.name)"
            )
        }
        let isAllowed =
            switch hello.kind {
            case .router: certificate.roles.contains(.router)
            case .worker: certificate.roles.contains(.prefill) || certificate.roles.contains(.decode)
            case .admin: certificate.roles.contains(.admin)
            }
        guard isAllowed else {
            let message = "\(hello.name) says it is a \(hello.kind.name), its certificate does not allow that"
            return ServingError(.unauthorized, message)
        }
        return nil
    }

    private func deliver(
        _ message: Message,
        on id: ConnectionID,
        from peer: LinkPeer,
        to handler: any LinkHandler
    ) {
        switch message {
        case .heartbeat(let beat):
            handler.linkBeat(id, from: peer, progress: beat.progress)
            guard !beat.isEcho else { return }
            let echo = Heartbeat(sequence: beat.sequence, progress: handler.progress, isEcho: true)
            send(.heartbeat(echo), on: id)
        case .failure(let error):
            state.withLock { $0.entries[id]?.farewell = error }
            handler.linkReceived(message, on: id, from: peer)
        case .hello:
            close(id, reason: ServingError(.protocolViolation, "a second greeting came"))
        default:
            handler.linkReceived(message, on: id, from: peer)
        }
    }

    private func refuse(_ id: ConnectionID, _ error: ServingError) -> FrameDisposition {
        let isGreeted = state.withLock { state in
            state.entries[id]?.farewell = error
            return state.entries[id]?.peer != nil
        }
        if !isGreeted { onRefusal() }
        send(.failure(error), on: id)
        return .close
    }

    private func closeUnlessGreeted(_ id: ConnectionID) {
        let isSilent = state.withLock { state in state.entries[id].map { $0.peer == nil } ?? false }
        guard isSilent else { return }
        close(id, reason: ServingError(.deadline, "no greeting came within \(settings.greetingTimeout)"))
    }

    // MARK: Heartbeats

    private func scheduleHeartbeats() {
        schedule(after: settings.heartbeatInterval) { [weak self] in
            self?.beat()
            self?.scheduleHeartbeats()
        }
    }

    private func beat() {
        let now = MonotonicClock.now
        let (links, wasPaused, sequence, handler) = state.withLock { state in
            // A process that stood still itself has not read yet what its peers said meanwhile.
            let wasPaused = state.lastBeat.map { now - $0 > settings.heartbeatInterval * 2 } ?? false
            state.lastBeat = now
            state.heartbeatCount += 1
            let open = state.entries.filter { $0.value.peer != nil }
            let links = open.map { (id: $0.key, silence: now - $0.value.lastHeard) }.sorted { $0.id < $1.id }
            return (links, wasPaused, state.heartbeatCount, state.handler)
        }
        // Asked without the lock: the handler may hold its own while it sends, which takes this one.
        let progress = handler?.progress ?? 0
        for link in links {
            if link.silence > settings.silenceLimit, !wasPaused {
                close(link.id, reason: ServingError(.peerLost, "nothing was heard for \(link.silence)"))
                // Who is silent will not answer the farewell: the loss is reported now, not after the time for that.
                connectionClosed(link.id, error: nil)
            } else {
                let heartbeat = Heartbeat(sequence: sequence, progress: progress, isEcho: false)
                send(.heartbeat(heartbeat), on: link.id)
            }
        }
    }
}
