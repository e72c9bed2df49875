public import ServingTypes

/// What is kept of a prompt's KV when it is handed off reduced, and the blocks that take it.
///
/// Per layer and KV head, a budget of tokens stays: the first ones, which attention leans on whatever they say,
/// the last ones, and those which the prompt's last tokens attend to most. A token's score is the sum of the
/// softmax probabilities that the queries of the last rows, over all query heads of the KV head's group, give
/// it; each token then takes the highest score within a small window around it, so that what stands beside
/// an important token is kept with it. Equal scores go to the lower position.
///
/// The kept tokens lie compacted in ascending order of position, so a cache index is no position any more:
/// later steps run at cache index `budgetTokens` with a ``StepSequence/rotaryOffset`` of prompt length
/// minus `budgetTokens`. Keys keep the rotation of their own position.
///
/// Source: SnapKV (arXiv 2404.14469); one selection at the end of prefill as in SAGE-KV (arXiv 2503.08879).
public struct KVSelection: Hashable, Sendable {
    /// Tokens kept per layer and KV head: at least `sinkTokens + recentTokens`, at most the prompt's length.
    public var budgetTokens: Int
    /// Leading tokens that are always kept.
    public var sinkTokens: Int
    /// Trailing tokens that are always kept, at least 1: decoding continues from the last one.
    public var recentTokens: Int
    /// How many of the prompt's last rows vote, at least 1; only those that the step itself computes can.
    public var queryTokens: Int
    /// Width of the window within which a token takes the highest score: odd; 1 leaves scores as they are.
    public var poolingTokens: Int
    /// Takes the kept tokens: `[⌈budgetTokens / blockTokens⌉]` blocks at least, none of the prompt's own.
    ///
    /// Slots after the last kept token in the last of these blocks are zeroed; further blocks are not touched.
    public var table: [BlockIndex]

    /// Joins the parts; a step checks them.
    ///
    /// The defaults are those that `docs/SELECTIVE_KV.md` measures; models whose tokens are longer words do with
    /// a narrower window.
    public init(
        budgetTokens: Int,
        sinkTokens: Int = 4,
        recentTokens: Int = 64,
        queryTokens: Int = 24,
        poolingTokens: Int = 15,
        table: [BlockIndex]
    ) {
        self.budgetTokens = budgetTokens
        self.sinkTokens = sinkTokens
        self.recentTokens = recentTokens
        self.queryTokens = queryTokens
        self.poolingTokens = poolingTokens
        self.table = table
    }
}

extension KVSelection {
    /// Tokens that are kept for their score.
    var scoredTokens: Int { budgetTokens - sinkTokens - recentTokens }

    /// Positions whose tokens compete for ``scoredTokens`` places in a prompt of `promptTokens` tokens.
    func candidates(promptTokens: Int) -> Range<Int> { sinkTokens..<promptTokens - recentTokens }

    /// All kept positions, ascending, given those chosen among the candidates.
    func positions(scored: [Int], promptTokens: Int) -> [Int] {
        Array(0..<sinkTokens) + scored + Array(promptTokens - recentTokens..<promptTokens)
    }

    /// What keeps `sequence` from being reduced so; `nil` when nothing does.
    func problem(in sequence: StepSequence, layout: KVLayout) -> KVSelectionProblem? {
        guard sinkTokens >= 0, recentTokens >= 1, queryTokens >= 1 else {
            return .counts(sinkTokens: sinkTokens, recentTokens: recentTokens, queryTokens: queryTokens)
        }
        guard poolingTokens >= 1, poolingTokens % 2 == 1 else {
            return .poolingTokens(poolingTokens)
        }
        guard sequence.rotaryOffset == 0 else {
            return .alreadyReduced(rotaryOffset: sequence.rotaryOffset)
        }
        guard budgetTokens <= sequence.endPosition else {
            return .budgetExceedsPrompt(budgetTokens: budgetTokens, promptTokens: sequence.endPosition)
        }
        // Compared without a sum that could overflow.
        guard sinkTokens <= budgetTokens, recentTokens <= budgetTokens - sinkTokens else {
            return .budgetTooSmall(
                budgetTokens: budgetTokens,
                sinkTokens: sinkTokens,
                recentTokens: recentTokens
            )
        }
        let needed = layout.blockCount(tokens: budgetTokens)
        guard table.count >= needed else {
            return .tableTooSmall(blocks: table.count, needed: needed)
        }
        var taken = Set(sequence.table)
        for block in table.prefix(needed) where !taken.insert(block).inserted { return .blockInUse(block) }
        return nil
    }
}
