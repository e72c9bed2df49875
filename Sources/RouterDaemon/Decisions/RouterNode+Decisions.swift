internal import Recording
internal import ServingCore
internal import ServingTypes
internal import Transport
internal import Wire

/// What was decided for requests, for operators who ask.
extension RouterNode {
    /// What the router remembers of a request, running or ended; by the client's name for it or its identity.
    func decision(named name: String) -> DecisionDocument? {
        // Documents are made after the lock.
        let (ended, running) = state.withLock { state in remembered(name, state) }
        if let (record, label) = ended { return DecisionDocument(record, label, unixOrigin: unixOrigin) }
        return running.map { running in
            DecisionDocument(
                running.request,
                running.status,
                running.attempts,
                running.label,
                unixOrigin: unixOrigin
            )
        }
    }

    /// A request that is not over.
    private struct Running: Sendable {
        var request: RequestID
        var status: RequestStatus
        var attempts: [AttemptRecord]
        var label: RecordBook.Label?
    }

    private func remembered(
        _ name: String,
        _ state: borrowing State
    ) -> ((RequestRecord, RecordBook.Label?)?, Running?) {
        guard let id = state.records.request(named: name) else { return (nil, nil) }
        let label = state.records.label(of: id)
        if let record = state.records[id] { return ((record, label), nil) }
        guard let status = state.core?.request(id) else { return (nil, nil) }
        let attempts = state.core?.attempts(of: id) ?? []
        return (nil, Running(request: id, status: status, attempts: attempts, label: label))
    }

    /// Decisions about requests that have ended, newest first: those remembered, then those in the file.
    func latestDecisions(_ limit: Int) async -> [DecisionDocument] {
        let recent = state.withLock { $0.records.latest(limit) }
        var decisions = recent.map { DecisionDocument($0, $1, unixOrigin: unixOrigin) }
        guard decisions.count < limit, let archive else { return decisions }
        let known = Set(decisions.map(\.request))
        decisions += await archive.latest(limit).filter { !known.contains($0.request) }
        return Array(decisions.prefix(limit))
    }

    /// Looks in memory, then in the file; `answer` may come later, on another thread.
    func find(_ name: String, _ answer: @escaping @Sendable (DecisionDocument?) -> Void) {
        if let decision = decision(named: name) { return answer(decision) }
        guard let archive else { return answer(nil) }
        archive.find(name, answer)
    }

    /// Answers an operator's tool.
    func explain(_ name: String, on link: ConnectionID) {
        find(name) { [self] decision in hub.send(.decision(reply(to: name, decision)), on: link) }
    }

    private func reply(to name: String, _ decision: DecisionDocument?) -> DecisionReply {
        guard let decision else { return .unknown(unknownRequest(name)) }
        do {
            return .known(String(decoding: try DecisionJSON.text(of: decision), as: UTF8.self))
        } catch {
            return .unknown(ServingError(.engine, "the decision about \(name) is no JSON: \(error)"))
        }
    }

    /// Why a request is not found, and what to do.
    func unknownRequest(_ name: String) -> ServingError {
        let file =
            archive == nil
            ? "recording.path is not in force: set it to keep more" : "recording.path does not have it either"
        return ServingError(
            .badRequest,
            "no request \(name) among the last \(settings.maxRecords) that ended, nor running; \(file). "
                + "Use its X-Request-Id, or its identity from the log"
        )
    }
}
