import ServingTypes

/// One placement of a request, as the router sees it.
struct Attempt: Sendable {
    /// Which part a worker does.
    enum Role: Sendable { case prefill, decode }

    /// What never changes.
    private let terms: AttemptTerms
    /// `nil` when the decode worker prefills for itself.
    var prefill: AttemptPart?
    var decode: AttemptPart
    /// When the first and the second new token came of it.
    var firstTokenAt: Timestamp?
    var secondTokenAt: Timestamp?

    init(
        id: AttemptID,
        chosen: ScoredPlan,
        alternatives: Slice<ScoredPlans>,
        basis: PlacementBasis,
        placedAt: Timestamp,
        firstOutputIndex: Int,
        lease: Duration,
        decode: AttemptPart
    ) {
        terms = AttemptTerms(
            id: id,
            chosen: chosen,
            alternatives: alternatives,
            basis: basis,
            placedAt: placedAt,
            firstOutputIndex: firstOutputIndex,
            lease: lease
        )
        self.decode = decode
    }

    var id: AttemptID { terms.id }
    var chosen: ScoredPlan { terms.chosen }
    var placedAt: Timestamp { terms.placedAt }
    /// Output index of the first token it produces.
    var firstOutputIndex: Int { terms.firstOutputIndex }
    var lease: Duration { terms.lease }

    /// The part of exactly this boot of a worker.
    func role(of worker: WorkerRef) -> Role? {
        if decode.worker == worker { return .decode }
        return prefill?.worker == worker ? .prefill : nil
    }

    func part(_ role: Role) -> AttemptPart {
        switch role {
        case .decode: decode
        case .prefill: prefill ?? decode
        }
    }

    mutating func update<Result>(_ role: Role, _ change: (inout AttemptPart) -> Result) -> Result {
        guard role == .prefill, var part = prefill else { return change(&decode) }
        defer { prefill = part }
        return change(&part)
    }

    /// Roles whose workers may still be working.
    var liveRoles: [Role] {
        (prefill?.isLive == true ? [.prefill] : []) + (decode.isLive ? [.decode] : [])
    }

    /// Whether a worker has not said yet if it takes its part.
    var isUnanswered: Bool { decode.status == .asked || prefill?.status == .asked }

    /// When it has failed unless the decode worker has produced a token.
    func deadline(answerTimeout: Duration) -> Timestamp {
        placedAt + (isUnanswered ? min(answerTimeout, lease) : lease)
    }

    /// Notes when tokens came of it that the client has not had yet.
    mutating func note(newTokens count: Int, now: Timestamp) {
        guard count > 0 else { return }
        if firstTokenAt != nil || count > 1 { secondTokenAt = secondTokenAt ?? now }
        firstTokenAt = firstTokenAt ?? now
    }

    func record(
        submittedAt: Timestamp,
        endedAt: Timestamp,
        failure: ServingError?,
        wasRefused: Bool
    ) -> AttemptRecord {
        AttemptRecord(
            number: id.number,
            chosen: chosen,
            alternatives: Array(terms.alternatives),
            basis: terms.basis,
            placedAfter: placedAt - submittedAt,
            firstTokenAfter: firstTokenAt.map { $0 - submittedAt },
            secondTokenAfter: secondTokenAt.map { $0 - submittedAt },
            endedAfter: endedAt - submittedAt,
            prefillReport: prefill?.report,
            decodeReport: decode.report,
            failure: failure,
            wasRefused: wasRefused
        )
    }
}
