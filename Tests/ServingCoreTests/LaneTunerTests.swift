import ServingTypes
import Testing

@testable import ServingCore

/// The number of lanes follows what they carry.
@Suite struct LaneTunerTests {
    /// Runs a tuner against a path whose rate depends on the lanes, for so many seconds; the counts it had.
    private static func run(
        _ tuner: inout LaneTuner,
        seconds: Int,
        from start: Int = 0,
        rate: (Int) -> Double
    ) -> [Int] {
        var counts: [Int] = []
        for tick in 0..<seconds * 100 {
            let now = Timestamp.zero + .seconds(start) + .milliseconds(tick * 10)
            let lanes = tuner.laneCount
            tuner.sent(Int(rate(lanes) / 100), lanes: lanes, isBacklogged: true, now: now)
            counts.append(lanes)
        }
        return counts
    }

    @Test func `lanes are added while each carries its own share`() {
        var tuner = LaneTuner(start: 2, limit: 6)
        _ = Self.run(&tuner, seconds: 10) { Double(min($0, 5)) * 10e6 }
        #expect(tuner.laneCount == 5, "the sixth carried nothing")
    }

    @Test func `a path that two lanes fill gets a third only now and then`() {
        var tuner = LaneTuner(start: 2, limit: 4)
        let counts = Self.run(&tuner, seconds: 120) { _ in 100e6 }
        #expect(tuner.laneCount == 2)
        #expect(counts.max() == 3)
        #expect(counts.count { $0 == 3 } < counts.count / 50)
    }

    @Test func `what is not backlogged proves nothing`() {
        var tuner = LaneTuner(start: 2, limit: 4)
        for tick in 0..<10_000 {
            let now = Timestamp.zero + .milliseconds(tick * 10)
            tuner.sent(1 << 20, lanes: 2, isBacklogged: tick % 20 != 0, now: now)
        }
        #expect(tuner.laneCount == 2)
    }

    @Test func `never above the limit, never below the start`() {
        var tuner = LaneTuner(start: 3, limit: 1)
        _ = Self.run(&tuner, seconds: 20) { Double($0) * 1e6 }
        #expect(tuner.laneCount == 3)
    }
}
