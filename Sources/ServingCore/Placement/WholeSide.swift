/// A worker that could both prefill and decode, and what that costs, in seconds.
struct WholeSide: Sendable {
    /// Its prefill.
    var local: PrefillSide
    /// Until its running step ends, on average: half of it.
    var admission: Double
    /// Its first step with the sequence.
    var step: Double
    /// Sequences that the prefill would delay.
    var running: Int
}
