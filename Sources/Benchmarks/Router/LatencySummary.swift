/// Two percentiles in milliseconds.
struct LatencySummary: Codable {
    var p50: Double
    var p99: Double

    /// Of measurements, at least one.
    init(_ values: [Double]) {
        let distribution = Distribution(values)
        p50 = distribution.median
        p99 = distribution.quantile(0.99)
    }

    /// Median of each percentile over several rounds, at least one.
    init(medianOf rounds: [LatencySummary]) {
        p50 = Distribution(rounds.map(\.p50)).median
        p99 = Distribution(rounds.map(\.p99)).median
    }

    /// Percentile by percentile.
    static func - (left: LatencySummary, right: LatencySummary) -> LatencySummary {
        var difference = left
        difference.p50 -= right.p50
        difference.p99 -= right.p99
        return difference
    }
}
