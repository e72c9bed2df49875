import Testing
import Workload

@testable import LoadTool

@Suite struct ThinningTests {
    /// Points of a fixed sequence, spread over four decades.
    static func points(_ count: Int) -> [(x: Double, y: Double)] {
        var state: UInt64 = 1
        func next() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 40) / Double(1 << 24)
        }
        return (0..<count).map { _ in (x: 1 + next() * next() * 9_999, y: 0.1 + next() * next() * 1_000) }
    }

    @Test(arguments: [1, 2, 50, 3_000])
    func `dots keep to the limit and stand for every measurement`(limit: Int) {
        let points = Self.points(5_000)
        let dots = DotThinning.dots(points, limit: limit)
        #expect(dots.count <= limit && !dots.isEmpty)
        #expect(dots.map(\.count).reduce(0, +) == points.count)
        #expect(dots.map(\.index) == dots.map(\.index).sorted())
        #expect(dots == DotThinning.dots(points, limit: limit))
    }

    @Test func `what lies apart keeps its dot, and few points are all drawn`() {
        var points = Self.points(20_000)
        points[777] = (x: 1e7, y: 1e6)
        let dots = DotThinning.dots(points, limit: 500)
        #expect(dots.contains(.init(index: 777, count: 1)))
        let few: [(x: Double, y: Double)] = [(1, 1), (10, 10), (100, 100), (0, 0)]
        #expect(DotThinning.dots(few, limit: 100).count >= 3)
        #expect(DotThinning.dots([(x: 5, y: 5)], limit: 1) == [.init(index: 0, count: 1)])
    }

    @Test(arguments: [(3, 5, [0, 1, 2]), (9, 3, [0, 4, 8]), (100, 2, [0, 99])])
    func `an even choice keeps both ends`(count: Int, limit: Int, expected: [Int]) {
        #expect(Thinning.evenly(Array(0..<count), limit: limit) == expected)
    }

    @Test func `merged intervals lose no request`() {
        var series = RunSeries(intervalSeconds: 1)
        series.scheduled = Array(1...10)
        series.sent = Array(1...10)
        series.completed = Array(2...11)
        series.failed = Array(repeating: 1, count: 10)
        series.outputTokens = Array(10...19)
        series.inFlight = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3]
        let merged = series.merged(to: 4)
        #expect(merged.count == 4 && merged.intervalSeconds == 3)
        #expect(merged.sent == [6, 15, 24, 10] && merged.failed == [3, 3, 3, 1])
        #expect(merged.inFlight == [4, 9, 6, 3])
        #expect(merged.outputTokens.reduce(0, +) == series.outputTokens.reduce(0, +))
        #expect(series.merged(to: 10) == series)
        let joined = merged.joiningLast()
        #expect(joined.sent == [6, 15, 34] && joined.inFlight == [4, 9, 6])
    }

    @Test(arguments: [
        (
            "by time, with letters", ["kill": "d1:KILL@20.5s,d0:STOP@3s", "cap": "p0:d0=1mbit@4s"],
            ["A 3.0 kill d0:STOP", "B 4.0 cap p0:d0=1mbit", "C 20.5 kill d1:KILL"]
        ),
        ("what has no time is no mark", ["kill": "d1,d2@soon,d3@-1s,d4@5", "other": "x@3s"], []),
        ("none", [:], []),
    ])
    func `faults are marked`(requirement: String, options: [String: String], expected: [String]) throws {
        var made = MadeRuns()
        made.options = options
        let marks = FaultMark.marks(of: try made.settings)
        #expect(marks.map { "\($0.letter) \($0.seconds) \($0.text)" } == expected, "\(requirement)")
    }
}
