import ServingTypes

/// What one way to carry a plan out is expected to take, in seconds.
struct PlanScore: Sendable {
    var way: PrefillWay
    var codec: KVCodec
    /// In which KV crosses and nothing hides it, or may not: what a better codec shortens.
    var crossing: Double
    /// Bytes of the hand-off after encoding.
    var wireBytes: Double
    var ttft: Double
    var gap: Double
    var harm: Double

    /// What placement minimizes.
    var total: Double { ttft + gap + harm }
}
