import ServingTypes

/// What the router's core keeps of one request.
struct RequestEntry: Sendable {
    /// A worker that is not to be asked again yet.
    struct Avoidance: Sendable {
        var worker: WorkerID
        var until: Timestamp
        /// Its reports so far if the next one ends the avoidance.
        var reportCount: UInt64?
    }

    let submission: Submission
    /// Rises with each submission: the order of waiting and of everything else that concerns several
    /// requests.
    let arrival: UInt64
    var machine: RequestMachine
    var attemptCount: UInt32 = 0
    var avoidances: [Avoidance] = []
    /// The earliest entry of the deadline queue that is still in it; `nil` when none is.
    var armedUntil: Timestamp?

    init(_ submission: Submission, arrival: UInt64, limits: RequestLimits, now: Timestamp) {
        self.submission = submission
        self.arrival = arrival
        machine = RequestMachine(submission, limits: limits, now: now)
    }

    /// What must go into the deadline queue so that the request is looked at in time; `nil` when nothing
    /// must.
    mutating func armed() -> (time: Timestamp, arrival: UInt64)? {
        guard let deadline = machine.deadline else { return nil }
        // A deadline that moved back is found when the earlier entry comes up.
        if let armedUntil, armedUntil <= deadline { return nil }
        armedUntil = deadline
        return (deadline, arrival)
    }

    var status: RequestStatus {
        let phase: RequestStatus.Phase =
            switch machine.state {
            case .waiting: .waiting
            case .placed: .placed
            case .decoding: .decoding
            case .over: .over
            }
        return RequestStatus(
            phase: phase,
            plan: machine.attempt?.chosen ?? machine.history.last?.chosen,
            attempt: attemptCount,
            promptTokens: machine.promptTokenCount,
            outputTokens: machine.output.count,
            submittedAt: machine.submittedAt
        )
    }
}
