import ServingTypes
import Testing
import Workload

/// The search ends, near the knee, at a rate that held.
@Suite struct KneeSearchTests {
    /// Runs the search against a server whose requests are good up to `knee` and less so above.
    static func search(_ settings: KneeSearch.Settings, fraction: (Double) -> Double) throws -> KneeSearch {
        var search = try KneeSearch(settings)
        while let rate = search.next { search.record(goodFraction: fraction(rate)) }
        return search
    }

    static func falling(at knee: Double) -> (Double) -> Double { { min(1, 0.9 * knee / $0) } }

    @Test(arguments: [(1.0, 37.0), (10, 10), (64, 3.3), (5, 5_000), (1, 0.4), (100, 99)])
    func `the knee is found from below and from above`(start: Double, knee: Double) throws {
        let search = try Self.search(.init(start: start), fraction: Self.falling(at: knee))
        let found = try #require(search.knee)
        #expect(found <= knee * 1.000_001)
        #expect(found >= knee / 1.06, "\(found) for a knee at \(knee) after \(search.steps.map(\.rate))")
        #expect(search.steps.count <= 20)
    }

    @Test func `the first rates grow by the factor, the next halve the interval`() throws {
        let search = try Self.search(.init(start: 2, tolerance: 0.15), fraction: Self.falling(at: 11))
        #expect(search.steps.map(\.rate) == [2, 4, 8, 16, 12, 10, 11])
        #expect(search.knee == 11)
    }

    @Test(arguments: UInt64(1)...200)
    func `noise neither keeps it from ending nor makes it answer a rate that never held`(seed: UInt64) throws
    {
        var random = SplitMix64(seed: seed)
        let knee = Double(random.int(in: 1...500))
        let search = try Self.search(.init(start: Double(random.int(in: 1...600)))) { rate in
            max(0, min(1, Self.falling(at: knee)(rate) + Double(random.int(in: -40...40)) / 1_000))
        }
        #expect(search.steps.count <= 20, "seed \(seed)")
        let found = try #require(search.knee, "seed \(seed)")
        #expect(search.steps.contains { $0.rate == found && $0.holds }, "seed \(seed)")
        // Noise of 0.04 moves the knee by 5 %; it also lets a single run in many pass a little above.
        #expect((knee / 1.25...knee * 1.15).contains(found), "seed \(seed): \(found) for \(knee)")
    }

    @Test func `one failure by chance does not end the search`() throws {
        var calls = 0
        let search = try Self.search(.init(start: 8)) { rate in
            calls += 1
            // The second run fails although the server holds up to 100.
            return calls == 2 ? 0 : Self.falling(at: 100)(rate)
        }
        #expect(try #require(search.knee) > 90, "\(search.steps)")
    }

    @Test func `a server that never holds has no knee, one that always does is asked up to the limit`() throws
    {
        let never = try Self.search(.init(start: 8, lowest: 1)) { _ in 0 }
        #expect(never.knee == nil)
        #expect(never.steps.map(\.rate) == [8, 4, 2, 1])
        let always = try Self.search(.init(start: 8, highest: 20)) { _ in 1 }
        #expect(always.knee == 20)
        #expect(always.steps.map(\.rate) == [8, 16, 20])
        let short = try Self.search(.init(start: 1, stepLimit: 3)) { _ in 1 }
        #expect(short.steps.count == 3)
        #expect(short.knee == 4)
    }

    @Test(arguments: [
        KneeSearch.Settings(start: 0), .init(start: 1, growth: 1), .init(start: 1, goodFraction: 0),
        .init(start: 1, tolerance: 0), .init(start: 1, stepLimit: 0), .init(start: 1, lowest: 5, highest: 2),
    ])
    func `settings that lead nowhere are refused`(settings: KneeSearch.Settings) {
        #expect(throws: WorkloadError.self) { try KneeSearch(settings) }
    }
}
