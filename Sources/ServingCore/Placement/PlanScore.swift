import ServingTypes

/// What one way to carry a plan out is expected to take, in seconds.
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

    /// What placement minimizes among plans that keep the limits.
    var total: Double { ttft + gap + harm }

    /// Smaller is better; of equals the lower decode worker, then the local plan, then the lower prefill worker.
    var key: RankedKey { RankedKey(rank: rank, prefill: prefill, decode: decode) }
}
