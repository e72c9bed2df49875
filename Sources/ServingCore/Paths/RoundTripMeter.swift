import ServingTypes

/// Smoothed and least round trip of a path.
struct RoundTripMeter: Sendable {
    /// Samples after which an old minimum is forgotten: routes change.
    static let windowSamples = 64

    /// Zero before the first sample.
    private(set) var smoothed = Duration.zero
    private var count = 0
    private var leastBefore: Duration?
    private var leastNow: Duration?

    /// The least of the last samples; zero before the first.
    var least: Duration {
        switch (leastBefore, leastNow) {
        case (let before?, let now?): min(before, now)
        case (let before?, nil): before
        case (nil, let now?): now
        case (nil, nil): .zero
        }
    }

    mutating func add(_ sample: Duration) {
        guard sample > .zero else { return }
        smoothed = smoothed == .zero ? sample : smoothed + (sample - smoothed) / 8
        leastNow = leastNow.map { min($0, sample) } ?? sample
        count += 1
        guard count == Self.windowSamples else { return }
        (leastBefore, leastNow, count) = (leastNow, nil, 0)
    }
}
