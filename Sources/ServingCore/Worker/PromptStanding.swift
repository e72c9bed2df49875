import ServingTypes

/// What the prefill scheduler remembers of a prompt.
struct PromptStanding: Sendable {
    /// Whether the scheduler knows that it came.
    var isNoted = false
    /// Tokens expected in the prefix cache, as long as the prompt has no blocks.
    var expectedHit = 0
    /// Its class, once it took part in a step.
    var begunAs: PromptClass?
}
