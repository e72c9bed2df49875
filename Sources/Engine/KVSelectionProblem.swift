public import ServingTypes

/// Why a prompt's KV cannot be reduced as a ``KVSelection`` asks.
public enum KVSelectionProblem: Hashable, Sendable, CustomStringConvertible {
    /// A number of tokens is below its least value.
    case counts(sinkTokens: Int, recentTokens: Int, queryTokens: Int)
    /// The window has no middle.
    case poolingTokens(Int)
    /// The cache was reduced before: what was dropped cannot be scored.
    case alreadyReduced(rotaryOffset: Int)
    /// The prompt has fewer tokens than are to be kept.
    case budgetExceedsPrompt(budgetTokens: Int, promptTokens: Int)
    /// What is always kept is more than the budget.
    case budgetTooSmall(budgetTokens: Int, sinkTokens: Int, recentTokens: Int)
    /// The kept tokens need more blocks.
    case tableTooSmall(blocks: Int, needed: Int)
    /// A block would be read and written, or written twice.
    case blockInUse(BlockIndex)

    /// One sentence with the numbers and what to do.
    public var description: String {
        switch self {
        case .counts(let sinks, let recent, let queries):
            "\(sinks) leading, \(recent) trailing and \(queries) voting tokens: use at least 0, 1 and 1"
        case .poolingTokens(let tokens):
            "a pooling window of \(tokens) tokens has no middle: use an odd number from 1 on"
        case .alreadyReduced(let offset):
            "the cache lacks \(offset) tokens already: reduce a prompt once, from its full KV"
        case .budgetExceedsPrompt(let budget, let prompt):
            "\(budget) tokens are to be kept of a prompt of \(prompt): hand it off whole"
        case .budgetTooSmall(let budget, let sinks, let recent):
            "\(sinks) leading and \(recent) trailing tokens do not fit a budget of \(budget): raise it"
        case .tableTooSmall(let blocks, let needed):
            "the reduced KV has \(blocks) blocks and needs \(needed)"
        case .blockInUse(let block):
            "block \(block.rawValue) is to take reduced KV and is in use: name each block once, "
                + "none of the prompt's own"
        }
    }
}
