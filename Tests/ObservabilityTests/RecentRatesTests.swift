import ServingTypes
import Testing

@testable import Observability

/// What the last seconds held, from counters that only rise.
@Suite struct RecentRatesTests {
    static let bounds: [Double] = [1, 2, 4]

    @Test(
        arguments: [
            ("nothing observed has no quantile", [0, 0, 0, 0], 0.5, nil),
            ("the middle of one bucket", [0, 2, 0, 0], 0.5, 1.5),
            ("the first bucket starts at zero", [4, 0, 0, 0], 0.25, 0.25),
            ("a rank on a bucket's edge is its bound", [1, 1, 0, 0], 0.5, 1),
            ("the highest share is the highest bucket", [98, 0, 2, 0], 0.99, 3),
            ("beyond every bound counts as the last", [0, 0, 0, 7], 0.99, 4),
            ("beyond every bound, with others below", [1, 0, 0, 1], 0.99, 4),
        ] as [(String, [Int], Double, Double?)]
    )
    func quantile(requirement: String, counts: [Int], share: Double, expected: Double?) {
        #expect(RecentRates.quantile(share, of: counts, Self.bounds) == expected, "\(requirement)")
    }

    static func totals(_ ended: Int, firstToken: [Int] = [0, 0, 0, 0]) -> RecentRates.Totals {
        RecentRates.Totals(
            ended: ended,
            failed: ended / 10,
            promptTokens: 100 * ended,
            outputTokens: 20 * ended,
            firstToken: firstToken,
            perToken: [0, 0, 0, 0]
        )
    }

    static func rates(limit: Int = 900, window: Int = 2) -> RecentRates {
        RecentRates(limit: limit, window: window, firstTokenBounds: bounds, perTokenBounds: bounds)
    }

    static func second(_ number: Int) -> Timestamp { .zero + .seconds(number) }

    @Test func `a sample tells what the window before it held, and nothing older`() {
        var rates = Self.rates()
        let steps: [(second: Int, ended: Int, firstToken: [Int])] = [
            (0, 10, [9, 0, 0, 0]), (1, 20, [9, 0, 0, 0]), (2, 50, [9, 2, 0, 0]), (4, 50, [9, 2, 0, 0]),
            (5, 50, [9, 2, 0, 0]),
        ]
        for step in steps {
            rates.add(
                Self.totals(step.ended, firstToken: step.firstToken),
                at: Self.second(step.second),
                unixMilliseconds: 1_000 * step.second,
                waiting: step.second,
                running: 7
            )
        }
        let samples = rates.samples(after: 0)
        // What was counted before the first sample belongs to no window.
        #expect(samples.map(\.requestRate) == [0, 10, 20, 10, 0])
        #expect(samples.map(\.failureRate) == [0, 1, 2, 1, 0])
        #expect(samples.map(\.outputTokenRate) == [0, 200, 400, 200, 0])
        #expect(samples.map(\.promptTokenRate) == [0, 1_000, 2_000, 1_000, 0])
        #expect(samples.map { $0.firstToken?.median } == [nil, nil, 1.5, 1.5, nil])
        #expect(samples.allSatisfy { $0.perToken == nil && $0.running == 7 })
        #expect(samples.map(\.waiting) == [0, 1, 2, 4, 5])
        #expect(samples.map(\.number) == [1, 2, 3, 4, 5])
    }

    @Test func `the oldest are forgotten, and numbers go on`() {
        var rates = Self.rates(limit: 3)
        #expect(rates.samples(after: 0).isEmpty)
        for second in 0..<8 {
            rates.add(
                Self.totals(second),
                at: Self.second(second),
                unixMilliseconds: second,
                waiting: 0,
                running: 0
            )
            #expect(rates.samples(after: second).map(\.number) == [second + 1])
        }
        #expect(rates.samples(after: 0).map(\.unixMilliseconds) == [5, 6, 7])
        #expect(rates.samples(after: 6).map(\.number) == [7, 8])
        #expect(rates.samples(after: 8).isEmpty && rates.samples(after: 99).isEmpty)
    }

    @Test func `two samples at one moment divide by nothing`() {
        var rates = Self.rates()
        for ended in [0, 5] {
            rates.add(Self.totals(ended), at: .zero, unixMilliseconds: 0, waiting: 0, running: 0)
        }
        #expect(rates.samples(after: 0).map(\.requestRate) == [0, 0])
    }

    @Test func `a router's totals are those of its metrics`() {
        let metrics = RouterMetrics(in: PrometheusRegistry())
        metrics.requestsEnded[.stop].add(3)
        metrics.requestsEnded[.error].add(2)
        metrics.requestsEnded[.clientGone].add(4)
        metrics.generationTokens.add(50)
        metrics.promptTokens.add(70)
        metrics.latency.timeToFirstToken.observe(0.1, count: 6)
        let totals = metrics.recentTotals
        #expect(totals.ended == 9 && totals.failed == 2)
        #expect(totals.outputTokens == 50 && totals.promptTokens == 70)
        #expect(totals.firstToken.reduce(0, +) == 6 && totals.perToken.reduce(0, +) == 0)
        var rates = metrics.recentRates()
        rates.add(totals, at: .zero, unixMilliseconds: 1, waiting: 0, running: 0)
        #expect(rates.samples(after: 0).count == 1 && rates.window == 10)
    }
}
