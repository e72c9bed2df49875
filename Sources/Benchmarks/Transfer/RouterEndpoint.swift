internal import Dispatch
internal import ServingTypes
internal import Synchronization
internal import Transport
internal import Wire

/// The router of a benchmark: greets workers, sends them work, and collects what they say with its time of arrival.
///
/// Messages are collected on the control loop's thread and handled by the benchmark's.
final class RouterEndpoint: ControlLoopDelegate {
    private struct State {
        var loop: ControlLoop?
        var names: [ConnectionID: String] = [:]
        var links: [String: ConnectionID] = [:]
        var loads: [String: LoadReport] = [:]
        var hellos: [String: Hello] = [:]
        var events: [RouterEvent] = []
    }

    private let hello: Hello
    private let arrived = DispatchSemaphore(value: 0)
    private let state = Mutex(State())

    init(cluster: String, name: String) {
        hello = Hello(
            purpose: .control,
            kind: .router,
            name: name,
            incarnation: Incarnation(rawValue: .random(in: 1...UInt64.max)),
            cluster: cluster
        )
    }

    /// Starts listening; returns the port.
    func start(identity: TLSIdentity, host: String) throws -> UInt16 {
        let loop = try ControlLoop(identity: identity, delegate: self)
        state.withLock { $0.loop = loop }
        return try loop.listen(host: host, port: 0)
    }

    func stop() {
        let loop = state.withLock { state in
            defer { state.loop = nil }
            return state.loop
        }
        loop?.shutdown()
    }

    /// Sends a message to a registered worker.
    func send(_ message: Message, to worker: String) throws {
        let (loop, link) = state.withLock { ($0.loop, $0.links[worker]) }
        guard let loop, let link else { throw BenchFailure("\(worker) is not connected") }
        try loop.send(message.benchFrame(), on: link)
    }

    /// All events since the last call, or those that come first until the deadline.
    func events(until deadline: Timestamp) -> [RouterEvent] {
        while true {
            let events = state.withLock { state in
                defer { state.events.removeAll(keepingCapacity: true) }
                return state.events
            }
            let remaining = (deadline - MonotonicClock.now).nanoseconds
            guard events.isEmpty, remaining > 0 else { return events }
            _ = arrived.wait(timeout: .now() + .nanoseconds(Int(remaining)))
        }
    }

    /// The latest load report of a worker.
    func load(of worker: String) -> LoadReport? { state.withLock { $0.loads[worker] } }

    /// The greeting of a worker.
    func hello(of worker: String) -> Hello? { state.withLock { $0.hellos[worker] } }

    private func report(_ event: RouterEvent) {
        state.withLock { $0.events.append(event) }
        arrived.signal()
    }

    // MARK: Control loop

    func connectionOpened(_ id: ConnectionID, peer: PeerIdentity, isDialed: Bool, address: String) {
        state.withLock { $0.names[id] = peer.name }
    }

    func connectionReceived(_ frame: Frame, on id: ConnectionID) -> FrameDisposition {
        let now = MonotonicClock.now
        guard let name = state.withLock({ $0.names[id] }) else { return .close }
        do {
            try receive(Message.decode(benchFrame: frame), from: name, on: id, at: now)
            return .keep
        } catch {
            report(.lost(worker: name, reason: "\(error)"))
            return .close
        }
    }

    func connectionClosed(_ id: ConnectionID, error: TransportError?) {
        let name = state.withLock { $0.names.removeValue(forKey: id) }
        guard let name, let error else { return }
        report(.lost(worker: name, reason: error.description))
    }

    func connectionRefused(address: String, error: TransportError) {
        report(.lost(worker: address, reason: error.description))
    }

    func farewell(for error: FrameError) -> Frame? { nil }

    private func receive(_ message: Message, from name: String, on id: ConnectionID, at now: Timestamp) throws
    {
        switch message {
        case .hello(let peer):
            if let error = hello.mismatch(with: peer) { throw error }
            state.withLock { $0.hellos[name] = peer }
            try answer(.hello(hello), on: id)
        case .register(let registration):
            state.withLock { $0.links[name] = id }
            try answer(.registered(heartbeatInterval: .seconds(60)), on: id)
            report(.registered(registration))
        case .heartbeat(let beat) where beat.isEcho:
            report(.echoed(sequence: beat.sequence, at: now))
        case .heartbeat(let beat):
            try answer(.heartbeat(Heartbeat(sequence: beat.sequence, progress: 0, isEcho: true)), on: id)
        case .load(let load): state.withLock { $0.loads[name] = load }
        case .tokens(let batch): report(.tokens(batch, by: name, at: now))
        case .answer(let answer): report(.answered(answer, by: name))
        case .ended(let ended): report(.ended(ended, by: name, at: now))
        case .failure(let error): throw error
        default: return  // Whatever else a real router must care for.
        }
    }

    private func answer(_ message: Message, on id: ConnectionID) throws {
        guard let loop = state.withLock({ $0.loop }) else { return }
        try loop.send(message.benchFrame(), on: id)
    }
}
