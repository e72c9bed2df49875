internal import Dispatch
public import Logging
public import ServingTypes
internal import Synchronization
public import Transport
public import Wire

/// One operator's connection to a router: asks, and waits for the answer.
public final class AdminSession: LinkHandler {
    private struct State {
        var link: ConnectionID?
        var isOpen = false
        var reply: Message?
        var end: ServingError?
    }

    private let hub: LinkHub
    private let timeout: Duration
    private let changed = DispatchSemaphore(value: 0)
    private let state = Mutex(State())

    /// Engine steps: an operator's tool has none.
    public var progress: UInt64 { 0 }

    private init(hub: LinkHub, timeout: Duration) {
        self.hub = hub
        self.timeout = timeout
    }

    /// Connects to a router with an admin certificate, or with that of a worker, which may ask for its own drain only.
    ///
    /// - Parameter timeout: for connecting and greeting, and for each answer.
    /// - Throws: ``ServingError`` with a sentence for the operator.
    public static func open(
        host: String,
        port: UInt16,
        tls: TLSSettings,
        timeout: Duration,
        logger: Logger
    ) throws(ServingError) -> AdminSession {
        let identity: TLSIdentity
        do throws(TLSError) {
            identity = try TLSIdentity(settings: tls)
        } catch {
            throw ServingError(.unauthorized, error.description)
        }
        let own = identity.peerIdentity
        let hello = Hello(
            purpose: .admin,
            kind: .admin,
            name: own.name,
            incarnation: .random(),
            cluster: own.cluster
        )
        let hub = LinkHub(hello: hello, settings: LinkSettings(), logger: logger)
        let session = AdminSession(hub: hub, timeout: timeout)
        do throws(TransportError) {
            try hub.start(identity: identity, handler: session)
            let link = try hub.dial(host: host, port: port, expectedPeer: nil, purpose: .admin)
            session.state.withLock { $0.link = link }
        } catch {
            hub.shutdown()
            throw ServingError(.peerLost, error.description)
        }
        do throws(ServingError) {
            try session.wait("no greeting came from \(host):\(port)") { $0.isOpen }
        } catch {
            hub.shutdown()
            throw ServingError(error.code, "cannot talk to the router at \(host):\(port): \(error.message)")
        }
        return session
    }

    /// Sends a question and waits for its answer.
    ///
    /// - Throws: ``ServingError`` when the connection ends or no answer comes in time.
    public func ask(_ question: Message) throws(ServingError) -> Message {
        let link = state.withLock { state in
            state.reply = nil
            return state.link
        }
        guard let link, hub.send(question, on: link) else {
            throw state.withLock { $0.end } ?? ServingError(.peerLost, "the connection is closed")
        }
        try wait("no answer to \(question.type) came") { $0.reply != nil }
        guard let reply = state.withLock({ $0.reply }) else {
            throw ServingError(.protocolViolation, "the answer to \(question.type) was withdrawn")
        }
        return reply
    }

    /// Ends the connection.
    public func close() { hub.shutdown() }

    private func wait(_ complaint: String, until isDone: (borrowing State) -> Bool) throws(ServingError) {
        let deadline = DispatchTime.now() + .nanoseconds(Int(timeout.nanoseconds))
        while true {
            let (done, end) = state.withLock { (isDone($0), $0.end) }
            if done { return }
            if let end { throw end }
            guard changed.wait(timeout: deadline) == .success else {
                throw ServingError(.deadline, "\(complaint) within \(timeout)")
            }
        }
    }

    /// See ``LinkHandler``.
    public func linkOpened(_ link: ConnectionID, peer: LinkPeer) {
        state.withLock { $0.isOpen = true }
        changed.signal()
    }

    /// See ``LinkHandler``.
    public func linkReceived(_ message: Message, on link: ConnectionID, from peer: LinkPeer) {
        state.withLock { state in
            if case .failure(let error) = message { state.end = error } else { state.reply = message }
        }
        changed.signal()
    }

    /// See ``LinkHandler``.
    public func linkBeat(
        _ link: ConnectionID,
        from peer: LinkPeer,
        progress: UInt64,
        roundTrip: Duration?
    ) {}

    /// See ``LinkHandler``.
    public func linkClosed(_ link: ConnectionID, peer: LinkPeer?, reason: ServingError) {
        state.withLock { if $0.end == nil { $0.end = reason } }
        changed.signal()
    }

    /// See ``LinkHandler``.
    public func laneReceiver(for peer: LinkPeer) -> LaneReceiver? { nil }
}
