import ServingTypes

/// One engine step: which sequences run which tokens.
public struct StepPlan: Sendable {
    /// One sequence of a step.
    public struct Entry: Sendable {
        /// The attempt.
        public var attempt: AttemptID
        /// New tokens, whose KV the step writes.
        public var tokens: ArraySlice<TokenID>
        /// Position of the first new token in the sequence.
        public var position: Int
        /// Blocks of the sequence.
        public var table: [BlockIndex]
        /// Whether the step samples a token after the last new one.
        public var isSampling: Bool
        /// How to sample.
        public var sampling: SamplingParameters
        /// Output tokens so far, for penalties and the counter.
        public var output: ArraySlice<TokenID>
        /// Whether these are prompt tokens.
        public var isPrefill: Bool
        /// Tokens of the sequence that are not in its cache: index 0 of the table holds what it would hold without
        /// them, and the first new token is written at `position - droppedTokens`.
        public var droppedTokens = 0
        /// What is kept of the prompt, when only a budget of it is handed off.
        public var selection: Selection?
    }

    /// Where the most useful part of a prompt's KV is put together.
    public struct Selection: Sendable {
        /// What is kept.
        public var budget: KVBudget
        /// Trailing rows of the step whose queries choose.
        public var queryTokens: Int
        /// Blocks for it.
        public var table: [BlockIndex]
    }

    /// Number of the step since boot.
    public var number: UInt64
    /// The sequences: decoding ones first.
    public var entries: [Entry]

    /// Layers after each of which running answers get a turn of their own; `nil` when the step has them, or there are none.
    public var layersPerTurn: Int?

    /// New tokens of the entries that make KV to send: a step that only decodes has none.
    public var prefillTokens: Int { entries.reduce(0) { $0 + ($1.isPrefill ? $1.tokens.count : 0) } }

    /// New tokens of all entries.
    public var tokenCount: Int { entries.reduce(0) { $0 + $1.tokens.count } }
}
