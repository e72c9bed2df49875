/// What a part of an attempt takes from a worker, as the router estimates it.
public struct WorkerCharge: Hashable, Sendable {
    /// Prompt tokens to compute.
    public var queuedTokens = 0
    /// Those of them that belong to a prompt that is short for the worker.
    public var queuedShortTokens = 0
    /// Sequences.
    public var sequences = 0
    /// KV blocks.
    public var blocks = 0

    /// Nothing.
    public init() {}

    static func += (left: inout Self, right: Self) {
        left.queuedTokens += right.queuedTokens
        left.queuedShortTokens += right.queuedShortTokens
        left.sequences += right.sequences
        left.blocks += right.blocks
    }

    static func -= (left: inout Self, right: Self) {
        left.queuedTokens -= right.queuedTokens
        left.queuedShortTokens -= right.queuedShortTokens
        left.sequences -= right.sequences
        left.blocks -= right.blocks
    }
}
