public import ServingTypes

/// One sequence's share of a step: its new tokens and where their KV goes.
public struct StepSequence: Sendable {
    /// New tokens, at least 1: a chunk of a prompt, or the last output token.
    public var tokens: ArraySlice<TokenID>
    /// Absolute position of the first new token; KV of all positions before it is in the arena.
    public var position: Int
    /// Block table: `[⌈(position + tokens.count) / blockTokens⌉]` blocks at least.
    public var table: [BlockIndex]
    /// How to sample after the last new token; `nil` when no token is wanted, as in all but the last chunk.
    public var sample: SampleRequest?

    /// Joins the parts.
    public init(tokens: ArraySlice<TokenID>, position: Int, table: [BlockIndex], sample: SampleRequest?) {
        self.tokens = tokens
        self.position = position
        self.table = table
        self.sample = sample
    }

    /// Context length after this step, in tokens.
    public var endPosition: Int { position + tokens.count }
}
