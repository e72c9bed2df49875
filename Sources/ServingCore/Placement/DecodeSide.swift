/// A worker that could decode, and what that costs, in seconds.
struct DecodeSide: Sendable {
    /// The same worker prefilling for itself.
    var local: PrefillSide
    /// What must be handed to it.
    var missingBytes: Int
    /// Until its running step ends, on average: half of it.
    var admission: Double
    /// Its first step with the sequence, after a local prefill and after a hand-off.
    var wholeStep: Double
    var handOffStep: Double
    /// Sequences that a local prefill would delay.
    var running: Int
    /// Until when it computes prompts of its own, and their part of its steps till then.
    var promptSeconds: Double
    var chunkSeconds: Double

    /// The prompts' part of a step at a moment to come.
    @inline(__always) func chunkSeconds(at moment: Double) -> Double {
        promptSeconds > moment ? chunkSeconds : 0
    }
}
