import ServingTypes

/// What one stretch of acknowledgements proves of a path's rate: at least `low`, at most `high`.
///
/// A sample under a backlog with nothing else on the sender's way out has `low == high`. One that the
/// application limited, or that fell into the ramp of a connection, proves nothing from above. One that
/// shared the way out with other paths would have had at most what all of them got together.
struct PathSample: Equatable, Sendable {
    /// Bytes per second that the path carried.
    var low: Double
    /// Bytes per second that it can carry at most, alone; infinite when that is unknown.
    var high: Double
    /// Time over which it was taken: its weight.
    var duration: Duration

    /// Whether it may lower an estimate.
    var isBounded: Bool { high < .infinity }

    /// The rate nearest to `rate` that the sample allows.
    func nearest(to rate: Double) -> Double { max(low, min(high, rate)) }
}
