public import ServingTypes

/// One sequence's share of a step: its new tokens and where their KV goes.
public struct StepSequence: Sendable {
    /// New tokens, at least 1: a chunk of a prompt, or the last output token.
    public var tokens: ArraySlice<TokenID>
    /// Cache index of the first new token; KV of all indices before it is in the arena.
    ///
    /// It is the token's position as well, unless the cache was reduced.
    public var position: Int
    /// Block table: `[⌈(position + tokens.count) / blockTokens⌉]` blocks at least.
    public var table: [BlockIndex]
    /// How to sample after the last new token; `nil` when no token is wanted, as in all but the last chunk.
    public var sample: SampleRequest?
    /// How far a new token's position in the text is ahead of its cache index: as many as tokens were dropped
    /// when the cache was reduced, 0 for a full one.
    public var rotaryOffset: Int
    /// What to keep of the prompt that ends with this step; `nil` to leave it at the full KV.
    ///
    /// For each layer, the reduced KV stands in the selection's table when the layer's callback runs.
    public var selection: KVSelection?

    /// Joins the parts.
    public init(
        tokens: ArraySlice<TokenID>,
        position: Int,
        table: [BlockIndex],
        sample: SampleRequest?,
        rotaryOffset: Int = 0,
        selection: KVSelection? = nil
    ) {
        self.tokens = tokens
        self.position = position
        self.table = table
        self.sample = sample
        self.rotaryOffset = rotaryOffset
        self.selection = selection
    }

    /// Tokens in the cache after this step.
    public var endPosition: Int { position + tokens.count }
}
