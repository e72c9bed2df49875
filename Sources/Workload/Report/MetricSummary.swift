/// The distribution of one latency, in milliseconds.
public struct MetricSummary: Hashable, Sendable {
    /// A percentile and its value.
    public struct Point: Hashable, Sendable {
        /// 0 to 100.
        public var percentile: Double
        /// The value, in milliseconds.
        public var milliseconds: Double

        /// A point of a distribution.
        public init(percentile: Double, milliseconds: Double) {
            self.percentile = percentile
            self.milliseconds = milliseconds
        }
    }

    /// Values recorded, at least 1.
    public var count: Int
    /// Arithmetic mean, exact.
    public var mean: Double
    /// 50th percentile.
    public var median: Double
    /// Standard deviation of the values themselves (divisor n), exact.
    public var standardDeviation: Double
    /// Least value, exact.
    public var minimum: Double
    /// Greatest value, exact.
    public var maximum: Double
    /// The percentiles that the run's settings ask for, in their order.
    public var percentiles: [Point]
    /// The whole distribution, rising: dense towards the tail, for a chart.
    public var curve: [Point]

    /// The value at a percentile that was asked for; `nil` for another.
    public func value(atPercentile percentile: Double) -> Double? {
        percentiles.first { $0.percentile == percentile }?.milliseconds
    }
}
