import ServingTypes
import Testing

@testable import Workload

/// A difference is reported when it is there, and not when it is not.
@Suite struct ReportComparisonTests {
    /// A run of 300 requests whose TTFT lies around a mean and whose gaps are `gap`, in milliseconds.
    static func report(
        _ seed: UInt64,
        ttft: Int = 200,
        gap: Int = 20,
        failures: Int = 0,
        keepsRows: Bool = true
    ) throws -> RunReport {
        var random = SplitMix64(seed: seed)
        var builder = ReportBuilder(
            settings: try SmallRun.settings(label: "run \(seed)", percentiles: [99]),
            keepsRows: keepsRows
        )
        for index in 0..<300 {
            let start = Duration.milliseconds(100 * index)
            var outcome = RequestOutcome(index: index, scheduled: start, promptTokens: 10)
            outcome.sent = start
            guard index >= failures else {
                (outcome.failure, outcome.ended) = (.rejected, start)
                builder.add(outcome)
                continue
            }
            var time = start + .milliseconds(ttft + random.int(in: -60...60))
            outcome.recordChunk(at: time)
            // Gaps of one answer resemble one another.
            let own = random.int(in: -5...5)
            for _ in 0..<8 {
                time += .milliseconds(gap + own)
                outcome.recordChunk(at: time)
            }
            builder.add(outcome)
        }
        return builder.report(duration: .seconds(30), tool: "test")
    }

    static func verdicts(_ comparison: ReportComparison) -> [String: ReportComparison.Verdict] {
        Dictionary(uniqueKeysWithValues: comparison.lines.map { ($0.key, $0.verdict) })
    }

    @Test func `a slower first token is worse, a quicker stream is better, the rest is equal`() throws {
        let comparison = ReportComparison(
            base: try Self.report(1),
            candidate: try Self.report(2, ttft: 230, gap: 18)
        )
        let verdicts = Self.verdicts(comparison)
        for key in ["mean_ttft_ms", "median_ttft_ms", "p99_ttft_ms"] {
            #expect(verdicts[key] == .worse, "\(key)")
        }
        for key in ["mean_itl_ms", "mean_tpot_ms", "mean_gap_ms"] {
            #expect(verdicts[key] == .better, "\(key)")
        }
        #expect(verdicts["request_throughput"] == .noDifference)
        #expect(verdicts["failed_fraction"] == .noDifference)
        let line = try #require(comparison.lines.first { $0.key == "mean_ttft_ms" })
        let interval = try #require(line.interval)
        #expect(interval.contains(line.difference))
        // The standard error of the difference is 35 ms · √(2 / 300) = 2.9 ms; the interval is 3.92 of them
        // wide.
        #expect((9.0...14.0).contains(interval.upperBound - interval.lowerBound), "\(interval)")
    }

    @Test(arguments: [1, 8])
    func `equal systems are told apart about once in twenty times`(groupSize: Int) {
        var found = 0
        for seed in UInt64(1)...100 {
            var random = SplitMix64(seed: seed)
            let samples = (0..<2).map { _ in
                ClusteredSample(
                    (0..<200).map { _ in
                        // The values of a group resemble one another.
                        let own = random.normal()
                        return (0..<groupSize).map { _ in 100 + 10 * own + random.normal() }
                    }
                )
            }
            let wanted = [Statistic.mean, .percentile(50)]
            let intervals = Bootstrap.differences(wanted, base: samples[0], candidate: samples[1], &random)
            found += intervals.count { !$0.contains(0) }
        }
        // 10 of 200 are expected; were values drawn singly, groups of 8 would give about 90.
        #expect((2...24).contains(found), "\(found) of 200 intervals exclude a difference of zero")
    }

    @Test func `quantiles of a resample are those of the values drawn`() {
        var random = SplitMix64(seed: 11)
        for round in 0..<300 {
            let groups = (0..<random.int(in: 1...6)).map { _ in
                (0..<random.int(in: 0...4)).map { _ in Double(random.int(in: 0...9)) }
            }
            guard groups.contains(where: { !$0.isEmpty }) else { continue }
            let sample = ClusteredSample(groups)
            let percentiles = [0.0, 12.5, 50, 90, 100]
            var drawing = random
            let found = sample.resampled([.mean] + percentiles.map { .percentile($0) }, &random)
            var drawn = groups.flatMap { _ in groups[drawing.index(below: groups.count)] }.sorted()
            if drawn.isEmpty { drawn = groups.flatMap { $0 }.sorted() }
            let expected = percentiles.map { percentile in
                let position = percentile / 100 * Double(drawn.count - 1)
                let high = drawn[min(Int(position) + 1, drawn.count - 1)]
                return drawn[Int(position)] + (high - drawn[Int(position)])
                    * (position - Double(Int(position)))
            }
            #expect(zip(found.dropFirst(), expected).allSatisfy { abs($0 - $1) < 1e-9 }, "round \(round)")
            #expect(abs(found[0] - drawn.reduce(0, +) / Double(drawn.count)) < 1e-9, "round \(round)")
        }
    }

    @Test func `failures and goodput are compared as shares`() throws {
        let comparison = ReportComparison(
            base: try Self.report(1),
            candidate: try Self.report(1, failures: 30)
        )
        let verdicts = Self.verdicts(comparison)
        #expect(verdicts["failed_fraction"] == .worse)
        #expect(verdicts["good_fraction"] == .worse)
        #expect(
            Self.verdicts(
                ReportComparison(base: try Self.report(1, failures: 30), candidate: try Self.report(1))
            )["failed_fraction"] == .better
        )
    }

    @Test func `without rows only the tolerance decides`() throws {
        let base = try Self.report(1, keepsRows: false)
        let near = ReportComparison(base: base, candidate: try Self.report(1, ttft: 204, keepsRows: false))
        #expect(Self.verdicts(near)["mean_ttft_ms"] == .noDifference)
        let far = ReportComparison(base: base, candidate: try Self.report(1, ttft: 220, keepsRows: false))
        #expect(Self.verdicts(far)["mean_ttft_ms"] == .worse)
        #expect(far.lines.filter { $0.key.hasSuffix("_ms") }.allSatisfy { $0.interval == nil })
    }

    @Test func `a comparison is a value that its seed decides, and names what differs`() throws {
        let base = SmallRun.report(try SmallRun.settings())
        let candidate = SmallRun.report(try SmallRun.settings(.closedLoop(concurrency: 8), label: "wide"))
        let comparison = ReportComparison(base: base, candidate: candidate, seed: 5)
        #expect(comparison == ReportComparison(base: base, candidate: candidate, seed: 5))
        #expect(comparison.settings == [.init(name: "max_concurrency", base: "5", candidate: "8")])
        #expect(comparison.lines.allSatisfy { $0.verdict == .noDifference })
        let text = comparison.tableText + "\n"
        #expect(text == (try SmallRun.goldenText("comparison.txt")), "the table is now:\n\(text)")
    }
}
