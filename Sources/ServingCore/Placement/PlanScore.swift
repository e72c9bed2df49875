import ServingTypes

/// What one way to carry a plan out is expected to take, in seconds, and what was known of its workers: numbers only,
/// so that keeping it costs nothing.
struct PlanScore: Sendable {
    /// Places in the snapshot; `nil` when the decode worker prefills for itself.
    var prefill: Int?
    var decode: Int
    var way: PrefillWay
    var codec = KVCodec.raw
    /// In which KV crosses and nothing hides it, or may not: what a better codec shortens.
    var crossing = 0.0
    /// Bytes that must cross to the decode worker, before and after encoding.
    var transferBytes = 0
    var wireBytes = 0.0
    var ttft: Double
    var gap: Double
    var step: Double
    /// What prompts of the decode worker's own add to the first step: a part of the gap.
    var chunk = 0.0
    /// Until the decode worker's running step ends: a part of the gap, or of the first token's time.
    var admission: Double
    var harm = 0.0
    var failures: Int
    /// What placement minimizes: time, and what is worse than any time.
    var rank = 0.0
    var choice: PlanChoice?
    /// What the hand-off's way was believed to carry, and how long what is on it takes; 0 for a local prefill.
    var linkBytesPerSecond = 0.0
    var linkBacklog = 0.0
    /// Leading blocks that the computing worker holds.
    var hitBlocks: Int
    /// What the computing worker has to do before, in seconds, tokens and requests.
    var waitSeconds: Double
    var queuedTokens: Int
    var requests: Int
    /// Blocks that the decode worker could still reserve.
    var freeBlocks: Int

    /// What placement minimizes among plans that keep the limits.
    var total: Double { ttft + gap + harm }

    /// Smaller is better; of equals the lower decode worker, then the local plan, then the lower prefill worker.
    var key: RankedKey { RankedKey(rank: rank, prefill: prefill, decode: decode) }

    /// What the score is made of.
    var parts: PlanParts {
        var parts = PlanParts()
        parts.wait = waitSeconds
        parts.fetch = way.wait - waitSeconds
        parts.prefill = way.prefill
        parts.admission = admission
        parts.firstStep = step + chunk
        parts.transfer = prefill == nil ? 0 : gap - admission - parts.firstStep
        parts.harm = harm
        return parts
    }

    /// What it was made from.
    var inputs: PlanInputs {
        var inputs = PlanInputs()
        inputs.queuedTokens = queuedTokens
        inputs.requests = requests
        inputs.freeBlocks = freeBlocks
        inputs.linkBytesPerSecond = linkBytesPerSecond
        inputs.linkBacklog = Milliseconds(seconds: linkBacklog)
        return inputs
    }
}
