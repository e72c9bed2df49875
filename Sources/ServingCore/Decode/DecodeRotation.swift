import ServingTypes

/// Which of more sequences than fit a step take part in it.
///
/// Who has waited most steps goes first; a step counts four times for an interactive sequence, twice for a batch one,
/// and twice more for one that is about to miss its time per token. Every weight is bounded, so everybody's turn comes:
/// no one waits longer than eight times the rounds that it takes to serve all.
struct DecodeRotation: Sendable {
    /// One running sequence.
    struct Runner: Hashable, Sendable {
        /// The attempt.
        var attempt: AttemptID
        /// Its class.
        var priority: RequestPriority
        /// Steps since its last one.
        var waitedSteps: UInt64
        /// Tokens that it has produced.
        var produced: Int
        /// Time left until its next token is late; `nil` when nothing was promised.
        var slack: Duration?
    }

    /// Most sequences of a step.
    var maxBatch: Int
    /// How long a step is expected to take.
    var step: Duration

    /// Those of the next step, in the order given; O(n log n), and O(n) when all fit.
    func choose(_ runners: [Runner]) -> [AttemptID] {
        guard runners.count > maxBatch else { return runners.map(\.attempt) }
        let ranked = runners.indices.sorted { left, right in
            let (leftWeight, rightWeight) = (weight(runners[left]), weight(runners[right]))
            guard leftWeight == rightWeight else { return leftWeight > rightWeight }
            return (runners[left].produced, left) < (runners[right].produced, right)
        }
        return ranked.prefix(maxBatch).sorted().map { runners[$0].attempt }
    }

    private func weight(_ runner: Runner) -> UInt64 {
        let share: UInt64 =
            switch runner.priority {
            case .interactive: 4
            case .batch: 2
            case .bestEffort: 1
            }
        let isLate = runner.slack.map { $0 < step } ?? false
        return runner.waitedSteps * share * (isLate ? 2 : 1)
    }
}
