internal import Dispatch
internal import ServingTypes
internal import Synchronization
internal import Transport
internal import Wire

/// Workers that link to another and have nothing to say: each link is authenticated, greeted and kept alive.
final class IdlePeers: ControlLoopDelegate {
    private struct State {
        var loop: ControlLoop?
        var hellos: [ConnectionID: Hello] = [:]
        var greetedCount = 0
        var incarnation: UInt64 = 0
        var failure: String?
    }

    private static let patience = Duration.seconds(30)
    /// Links that are being made at once.
    private static let batch = 32

    /// Name of all of them, as in their certificate; their incarnations tell them apart.
    private let name: String
    private let changed = DispatchSemaphore(value: 0)
    private let state = Mutex(State())

    init(name: String, identity: TLSIdentity) throws {
        self.name = name
        let loop = try ControlLoop(identity: identity, delegate: self)
        state.withLock { $0.loop = loop }
    }

    func stop() {
        let loop = state.withLock { state in
            defer { state.loop = nil }
            return state.loop
        }
        loop?.shutdown()
    }

    /// Adds links to a worker.
    ///
    /// - Parameter hello: the worker's own, which the peers' agree with in all but name and boot.
    /// - Throws: ``BenchFailure`` when a link is refused or lost.
    func link(_ count: Int, to worker: BenchWorker, like hello: Hello) throws {
        var left = count
        while left > 0 {
            let now = min(left, Self.batch)
            let wanted = state.withLock { $0.greetedCount } + now
            for _ in 0..<now { try dial(worker, like: hello) }
            try awaitGreetings(wanted)
            left -= now
        }
    }

    private func dial(_ worker: BenchWorker, like hello: Hello) throws {
        try state.withLock { state in
            guard let loop = state.loop else { throw BenchFailure("the peers have stopped") }
            state.incarnation += 1
            var own = hello
            own.purpose = .control
            own.name = name
            own.incarnation = Incarnation(rawValue: state.incarnation)
            own.listener = Hello.Listener(host: "127.0.0.1", port: 1)
            let id = try loop.dial(
                host: worker.address.host,
                port: worker.address.port,
                expectedPeer: worker.name
            )
            state.hellos[id] = own
        }
    }

    private func awaitGreetings(_ wanted: Int) throws {
        let deadline = MonotonicClock.now + Self.patience
        while true {
            let (count, failure) = state.withLock { ($0.greetedCount, $0.failure) }
            if let failure { throw BenchFailure("a link was lost: \(failure)") }
            if count >= wanted { return }
            let remaining = (deadline - MonotonicClock.now).nanoseconds
            guard remaining > 0 else {
                throw BenchFailure("\(count) of \(wanted) links were greeted in \(Self.patience)")
            }
            _ = changed.wait(timeout: .now() + .nanoseconds(Int(remaining)))
        }
    }

    private func fail(_ reason: String) {
        state.withLock { if $0.failure == nil { $0.failure = reason } }
        changed.signal()
    }

    private func send(_ message: Message, on id: ConnectionID) {
        guard let loop = state.withLock({ $0.loop }) else { return }
        do {
            try loop.send(message.benchFrame(), on: id)
        } catch {
            fail("\(error)")
        }
    }

    // MARK: Control loop

    func connectionOpened(_ id: ConnectionID, peer: PeerIdentity, isDialed: Bool, address: String) {
        guard let hello = state.withLock({ $0.hellos[id] }) else { return fail("an unknown link opened") }
        send(.hello(hello), on: id)
    }

    func connectionReceived(_ frame: Frame, on id: ConnectionID) -> FrameDisposition {
        do {
            switch try Message.decode(benchFrame: frame) {
            case .hello:
                state.withLock { $0.greetedCount += 1 }
                changed.signal()
                // A word and its echo, so that all that a link needs for traffic is there.
                send(.heartbeat(Heartbeat(sequence: 1, progress: 0, isEcho: false)), on: id)
            case .heartbeat(let beat) where !beat.isEcho:
                send(.heartbeat(Heartbeat(sequence: beat.sequence, progress: 0, isEcho: true)), on: id)
            case .failure(let error): fail(error.description)
            default: break
            }
            return .keep
        } catch {
            fail("\(error)")
            return .close
        }
    }

    func connectionClosed(_ id: ConnectionID, error: TransportError?) {
        let isStopping = state.withLock { $0.loop == nil }
        if !isStopping { fail(error?.description ?? "closed") }
    }

    func connectionRefused(address: String, error: TransportError) { fail(error.description) }

    func farewell(for error: FrameError) -> Frame? { nil }
}
