import ServingTypes

/// A plan as it was scored and what was known of its workers then: numbers only, so that keeping it costs nothing.
struct RecordedPlan: Sendable {
    var score: PlanScore
    /// Leading blocks that the computing worker holds.
    var hitBlocks: Int
    /// What the computing worker has to do before, in seconds, tokens and requests.
    var waitSeconds: Double
    var queuedTokens: Int
    var requests: Int
    /// Blocks that the decode worker could still reserve.
    var freeBlocks: Int

    /// What the score is made of.
    var parts: PlanParts {
        var parts = PlanParts()
        parts.wait = waitSeconds
        parts.fetch = score.way.wait - waitSeconds
        parts.prefill = score.way.prefill
        parts.admission = score.admission
        parts.firstStep = score.step + score.chunk
        parts.transfer = score.prefill == nil ? 0 : score.gap - score.admission - parts.firstStep
        parts.harm = score.harm
        return parts
    }

    /// What it was made from.
    var inputs: PlanInputs {
        var inputs = PlanInputs()
        inputs.queuedTokens = queuedTokens
        inputs.requests = requests
        inputs.freeBlocks = freeBlocks
        inputs.linkBytesPerSecond = score.linkBytesPerSecond
        inputs.linkBacklog = Milliseconds(seconds: score.linkBacklog)
        return inputs
    }
}
