import KVCache
import ServingTypes

/// Whether a sequence that will decode here may take its place beside those that do.
extension WorkerCore {
    /// What decodes here or will: their tokens and the tightest promise.
    var decodeLoad: TPOTGate.Load {
        var load = TPOTGate.Load()
        for sequence in sequences.values where sequence.decodesHere && sequence.phase != .waiting {
            load.add(
                contextTokens: max(sequence.computedTokens, sequence.tokens.count) - sequence.droppedTokens,
                limit: sequence.assignment.terms.tpotLimit
            )
        }
        return load
    }

    /// What the running sequences are expected to need beyond their blocks.
    var expectedGrowth: Int { growthForecast.growth(of: growing()) }

    /// Blocks that nobody holds or is expected to need.
    public var blockHeadroom: Int { pool.counts.available - expectedGrowth }

    /// Refuses a newcomer that would break a promised time per token, its own or another's.
    ///
    /// - Returns: the refusal and when asking again may help; `nil` when the newcomer may come.
    func timeObstacle(to assignment: Assignment) -> (refusal: ServingError, retryAfter: Duration)? {
        let gate = TPOTGate(cost: decodeCost, maxBatch: maxBatch)
        let newcomer = (contextTokens: assignment.tokens.count, limit: assignment.terms.tpotLimit)
        let load = decodeLoad
        guard let found = gate.obstacle(to: newcomer, beside: load) else { return nil }
        let message =
            "a token would take \(found.predicted.milliseconds) ms with \(load.count + 1) sequences, "
            + "\(found.limit.milliseconds) ms are promised"
        return (ServingError(.noCapacity, message), retryAfter(step: found.predicted))
    }

    /// Throws when the growth of all does not fit beside the blocks that a newcomer takes.
    ///
    /// Whoever is alone may come, as nothing else can make room for it.
    func checkGrowth(with assignment: Assignment, hasher: BlockHasher) throws(KVCacheError) {
        guard settings.decode.reserve == .expected, !assignment.isPrefillPart else { return }
        let others = growing()
        guard !others.isEmpty else { return }
        let capacity = capacity(of: assignment)
        let table = settings.layout.blockCount(tokens: capacity)
        let known = assignment.isReduced ? capacity : assignment.tokens.count
        let newcomer = GrowthForecast.Sequence(
            heldBlocks: table,
            tokens: known,
            remaining: capacity - known,
            limit: wholeCapacity(of: assignment) - known
        )
        let spared = Int(settings.decode.headroom * Double(settings.blockCount))
        let left =
            pool.counts.available - growthForecast.growth(of: others + [newcomer])
            - spared * Int(assignment.terms.priority.rawValue)
        // Of most prompts nothing is cached, and of those that do not fit anyway nothing need be looked up.
        guard left < table else { return }
        let hits =
            left < 0
            ? 0
            : pool.lookup(
                tokens: assignment.tokens,
                hasher: hasher,
                accepting: assignment.acceptsLossy ? .lossy : .exact
            ) / settings.layout.blockTokens
        guard left < table - hits else { return }
        throw .outOfBlocks(needed: table - hits, free: max(0, left))
    }

    /// When blocks or time may be free again: with the end of the answer that is nearest to it.
    func retryAfter(step: Duration) -> Duration {
        let remaining = growing().map(\.remaining).min() ?? 1
        return min(max(step * max(1, remaining), .milliseconds(10)), .seconds(5))
    }

    private var growthForecast: GrowthForecast {
        GrowthForecast(blockTokens: settings.layout.blockTokens, margin: settings.decode.growthMargin)
    }

    /// Everything that holds blocks here and decodes, or will.
    private func growing() -> [GrowthForecast.Sequence] {
        sequences.keys.sorted().compactMap { attempt in
            guard let sequence = sequences[attempt], sequence.decodesHere, sequence.phase != .waiting else {
                return nil
            }
            let produced = sequence.tokens.count - sequence.assignment.tokens.count
            let limit = wholeCapacity(of: sequence.assignment) - sequence.cachedTokens
            let remaining = OutputForecast.remaining(
                expected: expectedOutput(of: sequence.assignment),
                produced: produced,
                limit: produced + max(0, limit)
            )
            return GrowthForecast.Sequence(
                heldBlocks: sequence.table.count,
                tokens: sequence.cachedTokens,
                remaining: remaining,
                limit: max(0, limit)
            )
        }
    }

    /// Output tokens that are expected of an attempt here.
    private func expectedOutput(of assignment: Assignment) -> Int {
        OutputForecast.expected(
            assignment.terms,
            limit: min(assignment.capacityTokens, settings.contextTokens) - assignment.tokens.count,
            share: settings.decode.expectedShare
        )
    }

    /// Tokens that the table must cover at first.
    ///
    /// A prefill part needs no room for output. A cache that lacks a part of its prompt is no prefix, so that its
    /// sequence could not go on elsewhere: it has all its room from the start and never gives way.
    func capacity(of assignment: Assignment) -> Int {
        let whole = wholeCapacity(of: assignment)
        guard settings.decode.reserve == .expected, !assignment.isPrefillPart, !assignment.isReduced else {
            return whole
        }
        return min(whole, assignment.tokens.count + max(1, expectedOutput(of: assignment)))
    }

    /// Tokens that the table can come to cover: a prefill part needs no room for output, a decode part none for what
    /// its budget drops.
    func wholeCapacity(of assignment: Assignment) -> Int {
        guard !assignment.isPrefillPart else { return assignment.tokens.count }
        let tokens = min(assignment.capacityTokens, settings.contextTokens)
        guard case .decode = assignment.part, let budget = assignment.budget else { return tokens }
        return tokens - max(0, assignment.tokens.count - budget.tokens)
    }
}

extension Assignment {
    /// Whether only a part of the prompt's KV comes to the decode worker.
    fileprivate var isReduced: Bool {
        guard case .decode = part, let budget else { return false }
        return budget.tokens < tokens.count
    }
}
