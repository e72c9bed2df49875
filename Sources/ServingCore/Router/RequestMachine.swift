import ServingTypes

/// One request, from submission to the last report about it.
///
/// ```
/// waiting ──placed──▶ placed ──first token of the decode worker──▶ decoding ──last token──▶ over
///    ▲                  │                                              │
///    └──────refused, failed, lost, or too late: a new attempt──────────┘
/// ```
/// Only values of the current attempt, from exactly the boot that has that part, change anything.
struct RequestMachine: Sendable {
    enum State: Sendable {
        /// Until when a place is awaited.
        case waiting(until: Timestamp)
        /// Until when the decode worker's first token is awaited.
        case placed(Attempt, until: Timestamp)
        /// Until when its next one is.
        case decoding(Attempt, until: Timestamp)
        /// Until when reports are awaited; `nil` when none is.
        case over(RequestOutcome, Attempt?, until: Timestamp?)
    }

    enum Event: Sendable {
        case placed(Attempt)
        case rejected(ServingError)
        case answered(AssignmentAnswer, from: WorkerRef)
        case tokens(TokenBatch, from: WorkerRef)
        case ended(WorkEnded, from: WorkerRef)
        case lost(WorkerRef)
        case cancelled(CancelReason)
        case expired(PlacementObstacle?)
    }

    let limits: RequestLimits
    let sampling: SamplingParameters
    let promptTokenCount: Int
    let quality: KVQuality
    let terms: ServiceTerms
    let submittedAt: Timestamp
    var state: State
    /// Output emitted so far.
    var output: [TokenID] = []
    var firstTokenAt: Timestamp?
    var secondTokenAt: Timestamp?
    var endedAt: Timestamp?
    /// Until when the next place may be awaited; refusals do not extend it.
    var queueDeadline: Timestamp
    /// Failed attempts.
    var failureCount = 0
    /// Those since the last new token.
    var fruitlessCount = 0
    /// Attempts that a worker gave back to make room: no failures.
    var preemptionCount = 0
    /// How often each worker took part in one.
    var failures: [WorkerID: Int] = [:]
    /// Why the last attempt was refused or failed, and when a worker said it may be worth asking again.
    var lastError: ServingError?
    var lastRetryAfter: Duration?
    /// Attempts before the current one.
    var history: [AttemptRecord] = []

    init(_ submission: Submission, limits: RequestLimits, now: Timestamp) {
        self.limits = limits
        sampling = submission.sampling
        promptTokenCount = submission.promptTokens.count
        quality = submission.quality
        terms = submission.terms
        submittedAt = now
        queueDeadline = now + limits.queueTimeout
        state = .waiting(until: queueDeadline)
    }

    /// When `expired` is next of use.
    var deadline: Timestamp? {
        switch state {
        case .waiting(let until), .placed(_, let until), .decoding(_, let until): until
        case .over(_, _, let until): until
        }
    }

    /// The current or last attempt.
    var attempt: Attempt? {
        switch state {
        case .waiting: nil
        case .placed(let attempt, _), .decoding(let attempt, _): attempt
        case .over(_, let attempt, _): attempt
        }
    }

    var isWaiting: Bool {
        if case .waiting = state { true } else { false }
    }

    var isOver: Bool {
        if case .over = state { true } else { false }
    }

    mutating func handle(_ event: Event, now: Timestamp) -> [RequestEffect] {
        let effects: [RequestEffect]
        (state, effects) = transition(event, now)
        return effects
    }

    private mutating func transition(_ event: Event, _ now: Timestamp) -> (State, [RequestEffect]) {
        switch state {
        case .waiting(let until): waitingTransition(event, until: until, now)
        case .placed(let attempt, _): runningTransition(event, attempt, isDecoding: false, now)
        case .decoding(let attempt, _): runningTransition(event, attempt, isDecoding: true, now)
        case .over(let outcome, let attempt, _): overTransition(event, outcome, attempt, now)
        }
    }

    private mutating func waitingTransition(
        _ event: Event,
        until: Timestamp,
        _ now: Timestamp
    ) -> (State, [RequestEffect]) {
        switch event {
        case .placed(let attempt): return (placed(attempt), [])
        case .rejected(let error): return fail(error, nil, [], now)
        case .cancelled(let reason): return over(.cancelled(reason), nil, [.givenUp], now)
        case .expired(let obstacle):
            guard now >= until else { return (state, []) }
            return fail(queueError(obstacle), nil, [], now)
        case .answered, .tokens, .ended, .lost: return (state, [.count(.stale)])
        }
    }

    private mutating func runningTransition(
        _ event: Event,
        _ attempt: Attempt,
        isDecoding: Bool,
        _ now: Timestamp
    ) -> (State, [RequestEffect]) {
        switch event {
        case .answered(let answer, let worker):
            guard answer.attempt == attempt.id, let role = attempt.role(of: worker) else { return stale }
            return answered(answer, by: role, attempt, now)
        case .tokens(let batch, let worker):
            guard batch.attempt == attempt.id, let role = attempt.role(of: worker), attempt.part(role).isLive
            else { return stale }
            return tokens(batch, by: role, attempt, now)
        case .ended(let ended, let worker):
            guard ended.attempt == attempt.id, let role = attempt.role(of: worker), attempt.part(role).isLive
            else { return stale }
            return ended.failure == nil
                ? done(ended, by: role, attempt, now) : failed(ended, by: role, attempt, now)
        case .lost(let worker):
            guard let role = attempt.role(of: worker), attempt.part(role).isLive else { return (state, []) }
            return lost(role, attempt, now)
        case .cancelled(let reason):
            var attempt = attempt
            let dropped = drop(attempt.liveRoles, &attempt)
            return over(.cancelled(reason), attempt, [.givenUp] + dropped, now)
        case .expired:
            guard let deadline, now >= deadline else { return (state, []) }
            return expired(attempt, isDecoding: isDecoding, now)
        case .placed, .rejected:
            preconditionFailure("attempt \(attempt.id) is running already")
        }
    }

    var stale: (State, [RequestEffect]) { (state, [.count(.stale)]) }
}
