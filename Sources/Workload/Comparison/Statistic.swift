/// A figure that sums up a distribution.
enum Statistic: Hashable, Sendable {
    case mean
    /// 0 to 100.
    case percentile(Double)

    /// The word in front of a metric's key in a report.
    var word: String {
        switch self {
        case .mean: "mean"
        case .percentile(50): "median"
        case .percentile(let percentile): "p\(NumberText.shortest(percentile))"
        }
    }

    func value(in summary: MetricSummary) -> Double? {
        switch self {
        case .mean: summary.mean
        case .percentile(50): summary.median
        case .percentile(let percentile): summary.value(atPercentile: percentile)
        }
    }
}
