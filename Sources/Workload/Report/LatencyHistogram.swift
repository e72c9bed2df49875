internal import Histogram
import ServingTypes

/// The values of one latency: a histogram of four significant digits, with exact mean, deviation and ends.
struct LatencyHistogram: Sendable {
    private var histogram = Histogram<UInt64>(numberOfSignificantValueDigits: .four)
    private var mean = 0.0
    private var squares = 0.0
    private var ends: ClosedRange<Int64>?
    private(set) var count = 0

    /// Adds a value; one below zero, which only a clock could make, counts as zero.
    mutating func record(_ value: Duration) {
        let nanoseconds = max(value.nanoseconds, 0)
        histogram.record(UInt64(nanoseconds))
        count += 1
        // Welford's recurrence: no sum grows large enough to lose digits.
        let step = Double(nanoseconds) - mean
        mean += step / Double(count)
        squares += step * (Double(nanoseconds) - mean)
        ends = min(ends?.lowerBound ?? nanoseconds, nanoseconds)...max(ends?.upperBound ?? 0, nanoseconds)
    }

    /// The distribution, or `nil` without values.
    ///
    /// A percentile lies between two values of the order as numpy's does, linear; each is known to 1 part in
    /// 32,768.
    func summary(percentiles: [Double]) -> MetricSummary? {
        guard let ends else { return nil }
        let curve = Self.curve(count: count)
        let points = points([50] + percentiles + curve)
        return MetricSummary(
            count: count,
            mean: mean / 1e6,
            median: points[0].milliseconds,
            standardDeviation: (squares / Double(count)).squareRoot() / 1e6,
            minimum: Double(ends.lowerBound) / 1e6,
            maximum: Double(ends.upperBound) / 1e6,
            percentiles: Array(points[1...percentiles.count]),
            curve: Array(points[(percentiles.count + 1)...])
        )
    }

    private func points(_ percentiles: [Double]) -> [MetricSummary.Point] {
        let positions = percentiles.map { $0 / 100 * Double(count - 1) }
        let ranks = Set(positions.flatMap { [Int($0), min(Int($0) + 1, count - 1)] }).sorted()
        let values = values(at: ranks)
        return zip(percentiles, positions).map { percentile, position in
            let low = values[Int(position), default: 0]
            let high = values[min(Int(position) + 1, count - 1), default: low]
            let nanoseconds = low + (high - low) * (position - position.rounded(.down))
            return MetricSummary.Point(percentile: percentile, milliseconds: nanoseconds / 1e6)
        }
    }

    /// The values at places in their order, from 0; `ranks` rise.
    private func values(at ranks: [Int]) -> [Int: Double] {
        guard let ends else { return [:] }
        let exact = Double(ends.lowerBound)...Double(ends.upperBound)
        var values = [0: exact.lowerBound]
        values[count - 1] = exact.upperBound
        var rest = ranks.drop { $0 == 0 }
        for step in histogram.recordedValues() {
            let middle = Double(histogram.medianEquivalentForValue(step.value))
            while let rank = rest.first, rank < step.totalCountToThisValue {
                if rank < count - 1 { values[rank] = min(max(middle, exact.lowerBound), exact.upperBound) }
                rest = rest.dropFirst()
            }
            if rest.isEmpty { break }
        }
        return values
    }

    /// Percentiles for a chart: those of each value if there are few, else whole ones and, towards the end,
    /// finer ones.
    ///
    /// They are as fine as `count` values can tell apart.
    private static func curve(count: Int) -> [Double] {
        guard count > 100 else {
            return (0..<count).map { $0 == count - 1 ? 100 : Double($0) / Double(count - 1) * 100 }
        }
        var percentiles = (0...99).map(Double.init)
        var (unit, needed) = (10, 1_000)
        while needed <= count, unit <= 1_000 {
            percentiles += (1...9).map { Double(100 * unit - 10 + $0) / Double(unit) }
            (unit, needed) = (unit * 10, needed * 10)
        }
        return percentiles + [100]
    }
}
