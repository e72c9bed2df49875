import ServingTypes

/// One look at the decode workers for something to move.
///
/// Source of the idea: Llumnix (OSDI 2024), which reschedules running requests against fragmentation and imbalance.
struct MoveDecision: Sendable {
    /// One decode worker.
    struct Worker: Hashable, Sendable {
        var ref: WorkerRef
        /// Shares of its blocks and of its sequences that are in use.
        var room: Double
        /// Predicted time per token as a share of the tightest promise there; 0 without one.
        var pressure: Double
        /// What others can still take.
        var freeBlocks: Int
        var freeSlots: Int
        /// Predicted duration of its steps.
        var step: Duration
        var isAdmitting: Bool

        /// How full it is, by whatever it has least of.
        var load: Double { max(room, pressure) }
    }

    /// One running answer.
    struct Candidate: Hashable, Sendable {
        var attempt: AttemptID
        var worker: WorkerRef
        var priority: RequestPriority
        /// Tokens whose KV it holds, and that are expected to follow.
        var contextTokens: Int
        var remaining: Int
        /// Blocks for both.
        var blocks: Int
    }

    /// What is best done.
    struct Move: Hashable, Sendable {
        var attempt: AttemptID
        var from: WorkerRef
        var to: WorkerRef
        /// What it is predicted to take, and for how long it makes room.
        var cost: Duration
        var gain: Duration
    }

    let settings: DecodeBalanceSettings
    /// Blocks that the first waiting request needs; `nil` when none waits for room.
    var wantedBlocks: Int?

    /// Whether a worker is full, for a reason that counts now: room only when somebody waits for it.
    func isFull(_ worker: Worker) -> Bool {
        worker.pressure >= settings.fullLoad || (wantedBlocks != nil && worker.room >= settings.fullLoad)
    }

    /// Whether one worker could take from another.
    func isPair(from source: Worker, to target: Worker) -> Bool {
        source.ref != target.ref && target.isAdmitting && target.freeSlots > 0 && !isFull(target)
            && source.load - target.load >= settings.leastImbalance
    }

    /// The best move from one worker to another; `nil` when none is worth its cost.
    ///
    /// The least urgent goes first, then one that makes enough room for whoever waits, then one with the most gain
    /// over cost: it has much to come and little to carry.
    /// - Parameter seconds: how long the KV of so many tokens takes on its way, or to be computed there.
    func best(
        of candidates: [Candidate],
        from source: Worker,
        to target: Worker,
        seconds: (Int) -> Double
    ) -> Move? {
        var best: (move: Move, rank: (UInt8, Int, Double))?
        for candidate in candidates
        where candidate.worker == source.ref && candidate.blocks <= target.freeBlocks {
            let cost = seconds(candidate.contextTokens) + target.step.inSeconds
            let gain = source.step.inSeconds * Double(candidate.remaining)
            guard gain >= settings.leastGain * cost else { continue }
            let suffices = wantedBlocks.map { source.freeBlocks + candidate.blocks >= $0 } ?? true
            let rank = (candidate.priority.rawValue, suffices ? 1 : 0, gain / max(cost, 1e-9))
            // Of equals the first: candidates come in an order of their own.
            if let best, rank <= best.rank { continue }
            let move = Move(
                attempt: candidate.attempt,
                from: source.ref,
                to: target.ref,
                cost: .fromSeconds(cost),
                gain: .fromSeconds(gain)
            )
            best = (move, rank)
        }
        return best?.move
    }
}
