internal import ServingTypes
internal import Transport
internal import Wire

/// A worker without engine and KV: it greets and registers like a real one and answers assignments at once.
///
/// A prefill worker sends the first token; the decode worker then repeats it, as after a hand-off, and sends
/// the others, each in a message of its own.
struct NullWorker: Sendable {
    private let registration: WorkerRegistration
    private let pairs: NullPairs
    private let answerTokens: [TokenID]
    private let tokenInterval: Duration

    /// - Parameters:
    ///   - answerTokens: what every answer says, over and over.
    ///   - tokenInterval: time between two tokens of a decode worker; zero sends all at once.
    init(
        _ registration: WorkerRegistration,
        pairs: NullPairs,
        answerTokens: [TokenID],
        tokenInterval: Duration
    ) {
        self.registration = registration
        self.pairs = pairs
        self.answerTokens = answerTokens
        self.tokenInterval = tokenInterval
    }

    /// The worker's link, not yet connected.
    func link(_ hello: Hello) -> StandInLink {
        StandInLink(hello, registration) { message, link, id in
            switch message {
            case .registered, .loadResync: link.send(.load(load), on: id)
            case .assign(let assignment): take(assignment, link, id)
            case .cancel(let attempt, reason: _): pairs.forget(attempt)
            default: return
            }
        }
    }

    private var load: LoadReport {
        var blocks = BlockGauges()
        blocks.free = registration.blockCount
        return LoadReport(blocks: blocks)
    }

    private func take(_ assignment: Assignment, _ link: StandInLink, _ id: ConnectionID) {
        let attempt = assignment.attempt
        link.send(.answer(AssignmentAnswer(attempt: attempt)), on: id)
        switch assignment.part {
        case .prefill:
            link.send(.tokens(batch(of: assignment, from: 0, count: 1)), on: id)
            link.send(.ended(WorkEnded(attempt: attempt, report: report(of: assignment))), on: id)
            // Called after these have left: the router hears of them before it hears the decode worker.
            link.schedule(after: .zero) { pairs.handOff(attempt) }
        case .decode: pairs.ready(attempt) { decode(assignment, link, id) }
        case .whole: decode(assignment, link, id)
        }
    }

    private func decode(_ assignment: Assignment, _ link: StandInLink, _ id: ConnectionID) {
        for index in 0..<assignment.sampling.maxTokens {
            guard tokenInterval > .zero else {
                decode(index, of: assignment, link, id)
                continue
            }
            link.schedule(after: tokenInterval * index) { decode(index, of: assignment, link, id) }
        }
    }

    private func decode(_ index: Int, of assignment: Assignment, _ link: StandInLink, _ id: ConnectionID) {
        link.send(.tokens(batch(of: assignment, from: index, count: 1)), on: id)
        guard index == assignment.sampling.maxTokens - 1 else { return }
        link.send(.ended(WorkEnded(attempt: assignment.attempt, report: report(of: assignment))), on: id)
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
}
