/// A worker that could decode what another one prefills, and what that costs, in seconds.
struct DecodeSide: Sendable {
    /// Its place in the snapshot.
    var place: Int
    var failures: Int
    /// What must be handed to it.
    var missingBytes: Int
    /// Until its running step ends, on average: half of it.
    var admission: Double
    /// Its first step with the sequence.
    var step: Double
    /// Until when it computes prompts of its own, and their part of its steps till then.
    var promptSeconds: Double
    var chunkSeconds: Double

    /// The prompts' part of a step at a moment to come.
    @inline(__always) func chunkSeconds(at moment: Double) -> Double {
        promptSeconds > moment ? chunkSeconds : 0
    }
}
