import ServingTypes

/// What the engine is to do about prompts next.
enum PrefillChoice: Hashable, Sendable {
    /// So many tokens of one prompt.
    struct Chunk: Hashable, Sendable {
        /// Which of the prompts.
        var index: Int
        /// New tokens, at least 1.
        var tokens: Int
    }

    /// Compute these, in this order; the class has the turn, `nil` where there are no turns.
    case run([Chunk], turn: PromptClass?)
    /// Nothing before this time, unless another prompt comes.
    case wait(until: Timestamp)
    /// No prompt can be computed now.
    case idle
}
