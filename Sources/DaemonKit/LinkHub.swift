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
public final class LinkHub: Sendable {
    struct Entry {
        let certificate: PeerIdentity?
        let isDialed: Bool
        let address: String
        let purpose: ConnectionPurpose
        /// This machine's address by which it goes; `nil` until it is open.
        var localHost: String?
        var peer: LinkPeer?
        var lastHeard: Timestamp
        /// Why this side closed it, or what the peer said before it did.
        var farewell: ServingError?
    }

    struct State {
        var loop: ControlLoop?
        var handler: (any LinkHandler)?
        var entries: [ConnectionID: Entry] = [:]
        var greeting: Hello
        /// Whether each peer is told the address by which the connection to it goes.
        var advertisesLocalHost = false
        /// Addresses of connections that are about to open.
        var boundHosts: [ConnectionID: String] = [:]
        var heartbeatCount: UInt64 = 0
        var lastBeat: Timestamp?
        var isStopping = false
        var refusals = RefusalLog()
    }

    let settings: LinkSettings
    let logger: Logger
    let onRefusal: @Sendable () -> Void
    /// Signalled with each connection that is gone.
    let lastClosed = DispatchSemaphore(value: 0)
    let state: Mutex<State>

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
    /// - Parameter advertisedHost: host under which peers reach this process; `nil` tells each of them the address by
    ///   which the connection to it goes.
    /// - Returns: the port.
    public func listen(host: String, port: UInt16, advertisedHost: String?) throws(TransportError) -> UInt16 {
        let loop = try runningLoop()
        // Under the lock, so that no peer is greeted before the port is known.
        return try state.withLock { state throws(TransportError) in
            let bound = try loop.listen(host: host, port: port)
            state.greeting.listener = Hello.Listener(host: advertisedHost ?? host, port: bound)
            state.advertisesLocalHost = advertisedHost == nil
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
            let frame = try message.frame()
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

    /// This machine's address by which a link goes; `nil` if the link is gone.
    public func localHost(of link: ConnectionID) -> String? { state.withLock { $0.entries[link]?.localHost } }

    /// Runs `body` on the loop's thread after a time.
    public func schedule(after delay: Duration, _ body: @escaping @Sendable () -> Void) {
        state.withLock { $0.loop }?.schedule(after: delay, body)
    }

    private func runningLoop() throws(TransportError) -> ControlLoop {
        guard let loop = state.withLock({ $0.loop }) else { throw .stopped }
        return loop
    }
}
