internal import ServingTypes
internal import Synchronization
internal import Transport
internal import Wire

/// One of many workers without an engine: it registers, reports its load and paths, and streams tokens at a steady pace.
final class FleetWorker: Sendable {
    private struct State {
        /// The router, once it knows the worker.
        var router: ConnectionID?
        var reports: UInt64 = 0
    }

    private let registration: WorkerRegistration
    private let peers: [WorkerID]
    private let pace: FleetPace
    private let ledger: TokenLedger
    private let state = Mutex(State())

    /// - Parameter peers: the workers to which it reports a path.
    init(
        _ registration: WorkerRegistration,
        peers: [WorkerID],
        pace: FleetPace,
        ledger: TokenLedger
    ) {
        self.registration = registration
        self.peers = peers
        self.pace = pace
        self.ledger = ledger
    }

    /// The worker's link, not yet connected.
    func link(_ hello: Hello) -> StandInLink {
        StandInLink(hello, registration) { [self] message, link, id in
            switch message {
            case .registered, .loadResync:
                state.withLock { $0.router = id }
                link.send(.load(load(state.withLock { $0.reports })), on: id)
            case .assign(let assignment): answer(assignment, link, id)
            default: return
            }
        }
    }

    /// Tells the router of a load that has changed.
    func report(on link: StandInLink) {
        let (router, number) = state.withLock { state -> (ConnectionID?, UInt64) in
            state.reports += 1
            return (state.router, state.reports)
        }
        if let router { link.send(.load(load(number)), on: router) }
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
    private func answer(_ assignment: Assignment, _ link: StandInLink, _ id: ConnectionID) {
        link.send(.answer(AssignmentAnswer(attempt: assignment.attempt)), on: id)
        guard case .whole = assignment.part else {
            link.fail("assigned something else than a whole request")
            return
        }
        for index in 0..<assignment.sampling.maxTokens {
            link.schedule(after: pace.interval * index) { [self] in
                token(index, of: assignment, link, id)
            }
        }
    }

    private func token(_ index: Int, of assignment: Assignment, _ link: StandInLink, _ id: ConnectionID) {
        let isLast = index + 1 == assignment.sampling.maxTokens
        let batch = TokenBatch(
            attempt: assignment.attempt,
            firstIndex: assignment.firstOutputIndex + index,
            tokens: [SampledToken(id: pace.tokens[index % pace.tokens.count])],
            finish: isLast ? .length : nil
        )
        ledger.send(assignment.promptTokens - 1)
        link.send(.tokens(batch), on: id)
        guard isLast else { return }
        link.send(.ended(WorkEnded(attempt: assignment.attempt, report: StageReport())), on: id)
    }
}
