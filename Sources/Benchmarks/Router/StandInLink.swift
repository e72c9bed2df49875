internal import ServingTypes
internal import Synchronization
internal import Transport
internal import Wire

/// The link of a worker that has no engine: it greets, registers and keeps the link alive like a real one, and leaves
/// the rest to whoever stands in.
final class StandInLink: ControlLoopDelegate {
    private struct State {
        var loop: ControlLoop?
        var failure: String?
    }

    private let hello: Hello
    private let registration: WorkerRegistration
    private let receive: @Sendable (Message, StandInLink, ConnectionID) -> Void
    private let state = Mutex(State())

    /// - Parameter receive: takes what the link does not answer by itself, on the link's own thread.
    init(
        _ hello: Hello,
        _ registration: WorkerRegistration,
        receive: @escaping @Sendable (Message, StandInLink, ConnectionID) -> Void
    ) {
        self.hello = hello
        self.registration = registration
        self.receive = receive
    }

    /// Connects to the router.
    func start(identity: TLSIdentity, routerPort: UInt16) throws {
        let loop = try ControlLoop(identity: identity, delegate: self)
        state.withLock { $0.loop = loop }
        _ = try loop.dial(host: "127.0.0.1", port: routerPort, expectedPeer: nil)
    }

    func stop() {
        let loop = state.withLock { state in
            defer { state.loop = nil }
            return state.loop
        }
        loop?.shutdown()
    }

    /// Why the link to the router is gone; `nil` while it is not.
    var failure: String? { state.withLock { $0.failure } }

    /// Keeps the first reason for which the measurement is worthless.
    func fail(_ reason: String) { state.withLock { $0.failure = $0.failure ?? reason } }

    /// Calls back on the link's thread, once what was sent before has left.
    func schedule(after delay: Duration, _ body: @escaping @Sendable () -> Void) {
        state.withLock { $0.loop }?.schedule(after: delay, body)
    }

    func send(_ message: Message, on id: ConnectionID) {
        do {
            guard let loop = state.withLock({ $0.loop }) else { return }
            try loop.send(message.benchFrame(), on: id)
        } catch {
            fail("\(error)")
        }
    }

    // MARK: Control loop

    func connectionOpened(_ id: ConnectionID, peer: PeerIdentity, isDialed: Bool, address: String) {
        send(.hello(hello), on: id)
    }

    func connectionReceived(_ frame: Frame, on id: ConnectionID) -> FrameDisposition {
        do {
            take(try Message.decode(benchFrame: frame), on: id)
            return .keep
        } catch {
            fail("\(error)")
            return .close
        }
    }

    func connectionClosed(_ id: ConnectionID, error: TransportError?) {
        fail(error?.description ?? "the link was closed")
    }

    func connectionRefused(address: String, error: TransportError) {}

    func farewell(for error: FrameError) -> Frame? { nil }

    private func take(_ message: Message, on id: ConnectionID) {
        switch message {
        case .hello: send(.register(registration), on: id)
        case .heartbeat(let beat) where !beat.isEcho:
            send(.heartbeat(Heartbeat(sequence: beat.sequence, progress: 0, isEcho: true)), on: id)
        case .failure(let error): fail("\(error)")
        default: receive(message, self, id)
        }
    }
}
