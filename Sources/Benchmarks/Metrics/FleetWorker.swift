internal import ServingTypes
internal import Synchronization
internal import Transport
internal import Wire

/// One of many workers without an engine: it registers, reports its load and paths, and streams tokens at a steady pace.
final class FleetWorker: ControlLoopDelegate {
    private struct State {
        var loop: ControlLoop?
        var link: ConnectionID?
        var reports: UInt64 = 0
        var failure: String?
    }

    private let hello: Hello
    private let registration: WorkerRegistration
    private let peers: [WorkerID]
    private let pace: FleetPace
    private let ledger: TokenLedger
    private let state = Mutex(State())

    /// - Parameter peers: the workers to which it reports a path.
    init(
        _ hello: Hello,
        _ registration: WorkerRegistration,
        peers: [WorkerID],
        pace: FleetPace,
        ledger: TokenLedger
    ) {
        self.hello = hello
        self.registration = registration
        self.peers = peers
        self.pace = pace
        self.ledger = ledger
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

    /// Tells the router of a load that has changed.
    func report() {
        let (link, number) = state.withLock { state -> (ConnectionID?, UInt64) in
            state.reports += 1
            return (state.link, state.reports)
        }
        if let link { send(.load(load(number)), on: link) }
    }

    // MARK: Control loop

    func connectionOpened(_ id: ConnectionID, peer: PeerIdentity, isDialed: Bool, address: String) {
        send(.hello(hello), on: id)
    }

    func connectionReceived(_ frame: Frame, on id: ConnectionID) -> FrameDisposition {
        do {
            guard let type = MessageType(rawValue: frame.header.type) else {
                throw BenchFailure("message type \(frame.header.type) is unknown")
            }
            receive(try Message.decode(type: type, header: frame.message, payload: frame.payload), on: id)
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

    private func fail(_ reason: String) { state.withLock { $0.failure = $0.failure ?? reason } }

    // MARK: Messages

    private func receive(_ message: Message, on id: ConnectionID) {
        switch message {
        case .hello: send(.register(registration), on: id)
        case .registered, .loadResync:
            state.withLock { $0.link = id }
            send(.load(load(state.withLock { $0.reports })), on: id)
        case .heartbeat(let beat) where !beat.isEcho:
            send(.heartbeat(Heartbeat(sequence: beat.sequence, progress: 0, isEcho: true)), on: id)
        case .assign(let assignment): answer(assignment, on: id)
        case .failure(let error): fail("\(error)")
        default: return
        }
    }

    private func load(_ number: UInt64) -> LoadReport {
        var blocks = BlockGauges()
        blocks.running = Int(number % 64)
        blocks.free = registration.blockCount - blocks.running
        return LoadReport(
            sequence: number,
            blocks: blocks,
            paths: peers.map { peer in
                PathReport(
                    peer: peer,
                    bytesPerSecond: 1.1e8 + Double(number),
                    inFlightBytes: Int(number) << 10,
                    roundTrip: .microseconds(300),
                    expectedBytesPerSecond: 1.2e8,
                    sampleCount: Int(number),
                    recentBytesPerSecond: 1e8,
                    deliveredBytes: Int(number) << 20
                )
            }
        )
    }

    /// Streams are told apart by the length of their prompts.
    private func answer(_ assignment: Assignment, on id: ConnectionID) {
        send(.answer(AssignmentAnswer(attempt: assignment.attempt)), on: id)
        guard case .whole = assignment.part, let loop = state.withLock({ $0.loop }) else {
            fail("assigned something else than a whole request")
            return
        }
        for index in 0..<assignment.sampling.maxTokens {
            loop.schedule(after: pace.interval * index) { [self] in
                token(index, of: assignment, on: id)
            }
        }
    }

    private func token(_ index: Int, of assignment: Assignment, on id: ConnectionID) {
        let isLast = index + 1 == assignment.sampling.maxTokens
        let batch = TokenBatch(
            attempt: assignment.attempt,
            firstIndex: assignment.firstOutputIndex + index,
            tokens: [SampledToken(id: pace.tokens[index % pace.tokens.count])],
            finish: isLast ? .length : nil
        )
        ledger.send(assignment.promptTokens - 1)
        send(.tokens(batch), on: id)
        guard isLast else { return }
        send(.ended(WorkEnded(attempt: assignment.attempt, report: StageReport())), on: id)
    }

    private func send(_ message: Message, on id: ConnectionID) {
        do {
            guard let loop = state.withLock({ $0.loop }) else { return }
            let encoded = try message.encode()
            let frame = try Frame(
                type: encoded.type.rawValue,
                streamID: 0,
                message: encoded.header,
                payload: encoded.payload
            )
            try loop.send(frame, on: id)
        } catch {
            fail("\(error)")
        }
    }
}
