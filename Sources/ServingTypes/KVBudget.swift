/// Which part of a prompt's KV is kept when only the most useful tokens travel.
///
/// Source: SnapKV (arXiv 2404.14469) and SAGE-KV (arXiv 2503.08879).
public struct KVBudget: Hashable, Sendable {
    /// Tokens kept per layer and KV head, at least `sinkTokens + recentTokens + 1`.
    public var tokens: Int
    /// Leading tokens that are always kept.
    public var sinkTokens: Int
    /// Trailing tokens that are always kept.
    public var recentTokens: Int

    /// Describes a budget.
    public init(tokens: Int, sinkTokens: Int = 4, recentTokens: Int = 64) {
        self.tokens = tokens
        self.sinkTokens = sinkTokens
        self.recentTokens = recentTokens
    }
}
