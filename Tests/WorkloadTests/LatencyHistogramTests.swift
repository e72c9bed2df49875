import ServingTypes
import Testing

@testable import Workload

/// Percentiles agree with those of the sorted values.
@Suite struct LatencyHistogramTests {
    static let percentiles = [0, 1, 25, 50, 75, 90, 95, 99, 99.9, 100.0]

    @Test(arguments: 1...6)
    func `percentiles are those of the sorted values within 1 part in 30,000`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let count = random.int(in: 1...3_000)
        // Microseconds to minutes.
        let values = (0..<count).map { _ in
            Int64(1_000 * Mathematics.exp(Double(random.int(in: 0...18_000)) / 1_000))
                + Int64(random.int(in: 0...999))
        }
        var histogram = LatencyHistogram()
        for value in values { histogram.record(.nanoseconds(value)) }
        let summary = try #require(histogram.summary(percentiles: Self.percentiles))
        let sorted = values.sorted().map { Double($0) / 1e6 }
        for point in summary.percentiles + summary.curve {
            let position = point.percentile / 100 * Double(count - 1)
            let (low, high) = (sorted[Int(position)], sorted[min(Int(position) + 1, count - 1)])
            let exact = low + (high - low) * (position - position.rounded(.down))
            #expect(abs(point.milliseconds - exact) <= exact / 30_000, "seed \(seed), P\(point.percentile)")
        }
        let mean = sorted.reduce(0, +) / Double(count)
        let variance = sorted.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(count)
        #expect(abs(summary.mean - mean) <= mean * 1e-9, "seed \(seed)")
        #expect(abs(summary.standardDeviation - variance.squareRoot()) <= mean * 1e-6, "seed \(seed)")
        #expect(summary.minimum == sorted.first)
        #expect(summary.maximum == sorted.last)
        #expect(summary.count == count)
        #expect(
            zip(summary.curve, summary.curve.dropFirst()).allSatisfy {
                $0.percentile < $1.percentile && $0.milliseconds <= $1.milliseconds
            }
        )
    }

    @Test func `nothing recorded has no distribution, and a value below zero is zero`() throws {
        var histogram = LatencyHistogram()
        #expect(histogram.summary(percentiles: [99]) == nil)
        histogram.record(.nanoseconds(-5))
        #expect(try #require(histogram.summary(percentiles: [99])).maximum == 0)
    }

    @Test(arguments: [
        (3.14159, 2, "3.14"), (0, 2, "0.00"), (-0.001, 2, "0.00"), (-1.5, 0, "-2"), (0.05, 1, "0.0"),
        (0.15, 1, "0.2"),
        (1234567.891, 2, "1234567.89"), (99.995, 2, "100.00"),
    ])
    func `numbers are printed with so many digits`(value: Double, decimals: Int, text: String) {
        #expect(NumberText.fixed(value, decimals) == text)
    }
}
