internal import ServingTypes
internal import Synchronization
internal import Transport
internal import Wire

/// A worker without engine and KV: it greets and registers like a real one and answers assignments at once.
///
/// A prefill worker sends the first token; the decode worker then repeats it, as after a hand-off, and sends
/// the others, each in a message of its own.
final class NullWorker: ControlLoopDelegate {
    private struct State {
        var loop: ControlLoop?
        var failure: String?
    }

    private let hello: Hello
    private let registration: WorkerRegistration
    private let pairs: NullPairs
    private let answerTokens: [TokenID]
    private let tokenInterval: Duration
    private let state = Mutex(State())

    /// - Parameters:
    ///   - answerTokens: what every answer says, over and over.
    ///   - tokenInterval: time between two tokens of a decode worker; zero sends all at once.
    init(
        _ hello: Hello,
        _ registration: WorkerRegistration,
        pairs: NullPairs,
        answerTokens: [TokenID],
        tokenInterval: Duration
    ) {
        self.hello = hello
        self.registration = registration
        self.pairs = pairs
        self.answerTokens = answerTokens
        self.tokenInterval = tokenInterval
    }

    /// Connects to the router.
    func start(identity: TLSIdentity, routerPort: UInt16) throws {
        let loop = try ControlLoop(identity: identity, delegate: self)
        state.withLock { $0.loop = loop }
        _ = try loop.dial(host: "127.0.0.1", port: routerPort, expectedPeer: nil)
    }

    /// Why the link to the router is gone; `nil` while it is not.
    var failure: String? { state.withLock { $0.failure } }

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
        case .registered, .loadResync: send(.load(load), on: id)
        case .heartbeat(let beat) where !beat.isEcho:
            send(.heartbeat(Heartbeat(sequence: beat.sequence, progress: 0, isEcho: true)), on: id)
        case .assign(let assignment): take(assignment, on: id)
        case .cancel(let attempt, reason: _): pairs.forget(attempt)
        case .failure(let error): fail("\(error)")
        default: return
        }
    }

    private var load: LoadReport {
        var blocks = BlockGauges()
        blocks.free = registration.blockCount
        return LoadReport(blocks: blocks)
    }

    private func take(_ assignment: Assignment, on id: ConnectionID) {
        let attempt = assignment.attempt
        send(.answer(AssignmentAnswer(attempt: attempt)), on: id)
        switch assignment.part {
        case .prefill:
            send(.tokens(batch(of: assignment, from: 0, count: 1)), on: id)
            send(.ended(WorkEnded(attempt: attempt, report: report(of: assignment))), on: id)
            // Called after these have left: the router hears of them before it hears the decode worker.
            let pairs = pairs
            state.withLock { $0.loop }?.schedule(after: .zero) { pairs.handOff(attempt) }
        case .decode: pairs.ready(attempt) { [self] in decode(assignment, on: id) }
        case .whole: decode(assignment, on: id)
        }
    }

    private func decode(_ assignment: Assignment, on id: ConnectionID) {
        guard tokenInterval > .zero, let loop = state.withLock({ $0.loop }) else {
            for index in 0..<assignment.sampling.maxTokens { decode(index, of: assignment, on: id) }
            return
        }
        for index in 0..<assignment.sampling.maxTokens {
            loop.schedule(after: tokenInterval * index) { [self] in decode(index, of: assignment, on: id) }
        }
    }

    private func decode(_ index: Int, of assignment: Assignment, on id: ConnectionID) {
        send(.tokens(batch(of: assignment, from: index, count: 1)), on: id)
        guard index == assignment.sampling.maxTokens - 1 else { return }
        send(.ended(WorkEnded(attempt: assignment.attempt, report: report(of: assignment))), on: id)
    }

    private func batch(of assignment: Assignment, from index: Int, count: Int) -> TokenBatch {
        let first = assignment.firstOutputIndex + index
        return TokenBatch(
            attempt: assignment.attempt,
            firstIndex: first,
            tokens: (first..<first + count).map { SampledToken(id: answerTokens[$0 % answerTokens.count]) },
            finish: first + count == assignment.sampling.maxTokens ? .length : nil
        )
    }

    private func report(of assignment: Assignment) -> StageReport {
        var report = StageReport()
        if case .decode = assignment.part {
            report.outputTokens = assignment.sampling.maxTokens - 1
        } else {
            report.computedTokens = assignment.tokens.count
            report.outputTokens = 1
        }
        return report
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
