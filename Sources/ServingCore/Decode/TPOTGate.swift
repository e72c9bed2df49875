import ServingTypes

/// Whether one more sequence leaves the promised times per token standing.
struct TPOTGate: Sendable {
    /// What a worker decodes, or will.
    struct Load: Hashable, Sendable {
        /// Sequences.
        var count = 0
        /// Tokens that they hold.
        var contextTokens = 0
        /// The tightest of their limits; `nil` when nothing was promised.
        var tightest: Duration?

        /// Adds a sequence.
        mutating func add(contextTokens tokens: Int, limit: Duration?) {
            count += 1
            contextTokens += tokens
            if let limit { tightest = min(tightest ?? limit, limit) }
        }
    }

    /// How long steps take.
    var cost: CostCoefficients
    /// Most sequences of a step; more take turns.
    var maxBatch: Int

    /// Predicted time per output token of each sequence.
    func timePerToken(_ load: Load) -> Duration {
        guard load.count > maxBatch else {
            return cost.decodeStep(batch: load.count, contextTokens: load.contextTokens)
        }
        let tokens = load.contextTokens / load.count * maxBatch
        let step = cost.decodeStep(batch: maxBatch, contextTokens: tokens)
        return step * load.count / maxBatch
    }

    /// The prediction that speaks against a newcomer with a limit, beside the limit that it breaks; `nil` for none.
    ///
    /// One without a limit is never turned down for it. A limit that the newcomer could not have alone binds nobody.
    func obstacle(
        to newcomer: (contextTokens: Int, limit: Duration?),
        beside load: Load
    ) -> (predicted: Duration, limit: Duration)? {
        guard load.count > 0, let own = newcomer.limit else { return nil }
        let alone = cost.decodeStep(batch: 1, contextTokens: newcomer.contextTokens)
        var all = load
        all.add(contextTokens: newcomer.contextTokens, limit: alone <= own ? own : nil)
        guard let limit = all.tightest else { return nil }
        let predicted = timePerToken(all)
        return predicted > limit ? (predicted, limit) : nil
    }
}
