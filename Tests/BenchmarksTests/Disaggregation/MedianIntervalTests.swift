import ServingTypes
import Testing

@testable import Benchmarks

/// Intervals that need to know nothing of what is measured.
@Suite struct MedianIntervalTests {
    @Test(arguments: [
        // Ranks of the sign test at 95 %, as printed in tables.
        (1, 1), (5, 1), (6, 1), (8, 1), (9, 2), (10, 2), (12, 3), (20, 6), (25, 8), (36, 12), (100, 40),
    ])
    func `the bounds are the order statistics of the sign test`(count: Int, rank: Int) {
        #expect(MedianInterval.lowRank(of: count) == rank)
        let interval = MedianInterval((1...count).map(Double.init).shuffled())
        #expect(interval.low == Double(rank) && interval.high == Double(count + 1 - rank))
        #expect(interval.median == Double(count + 1) / 2)
    }

    @Test func `nineteen of twenty intervals hold the true median, of a skewed distribution too`() {
        var generator = SplitMix64(seed: 11)
        var held = 0
        for _ in 0..<1_000 {
            let values = (0..<12).map { _ in 1 / Double.random(in: 0.001...1, using: &generator) }
            let interval = MedianInterval(values)
            if interval.low <= 1 / 0.5005, 1 / 0.5005 <= interval.high { held += 1 }
        }
        #expect((950...1_000).contains(held), "\(held) of 1000, seed 11")
    }
}
