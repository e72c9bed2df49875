import ServingTypes

/// One prompt as the prefill scheduler sees it.
struct PromptCandidate: Hashable, Sendable {
    /// How urgent it is.
    var urgency = RequestUrgency(.interactive)
    /// When it came to this worker.
    var arrivedAt: Timestamp
    /// When its first token is due; `nil` when nothing was promised.
    var dueAt: Timestamp?
    /// Leading tokens whose KV is there, or is expected to be found in the prefix cache.
    var computed = 0
    /// Tokens to compute, at least 1.
    var uncomputed: Int
    /// Its class, from its first step on: what is left of a long prompt stays long.
    var begunAs: PromptClass?
    /// How often its answer has given way to others: it goes before its equals.
    var preemptions = 0
}
