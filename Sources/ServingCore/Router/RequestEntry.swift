import KVCache
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
    /// Whether it is in the waiting queue.
    var isQueued = false
    /// What its tenant was charged when it was placed, in cost units; `nil` before.
    var charged: Int?
    /// What its client is told to wait if it is refused; `nil` leaves that to the queue.
    var retryAfter: Duration?
    var avoidances: [Avoidance] = []
    /// The earliest entry of the deadline queue that is still in it; `nil` when none is.
    var armedUntil: Timestamp?
    /// Hashes of the full blocks of prompt and output, as far as an attempt may find them cached.
    private(set) var blockHashes: [BlockHash]

    init(_ submission: Submission, arrival: UInt64, limits: RequestLimits, now: Timestamp) {
        self.submission = submission
        self.arrival = arrival
        blockHashes = submission.blockHashes
        machine = RequestMachine(submission, limits: limits, now: now)
    }

    /// What workers are told of its rank, with what is expected from now on.
    var terms: ServiceTerms {
        var terms = submission.terms
        terms.expectedOutput = terms.expectedOutput.map { max(1, $0 - machine.output.count) }
        return terms
    }

    /// Names the blocks that the output has filled, so that its next attempt finds them where the last one was.
    ///
    /// O(new output); without effect when the prompt's own blocks have no names.
    mutating func extendHashes(blockTokens: Int) {
        let prompt = submission.promptTokens
        guard blockHashes.count >= prompt.count / blockTokens else { return }
        let hasher = BlockHasher(key: submission.hashKey, blockTokens: blockTokens)
        let full = (prompt.count + machine.output.count) / blockTokens
        while blockHashes.count < full {
            let start = blockHashes.count * blockTokens
            let tokens = (start..<start + blockTokens).map { index in
                index < prompt.count ? prompt[index] : machine.output[index - prompt.count]
            }
            blockHashes.append(hasher.next(parent: blockHashes.last, tokens: tokens))
        }
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
            maxOutputTokens: machine.sampling.maxTokens,
            priority: submission.terms.priority,
            ttft: machine.firstTokenAt.map { $0 - machine.submittedAt },
            submittedAt: machine.submittedAt
        )
    }
}
