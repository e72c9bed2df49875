import Foundation
import ServingTypes
import Testing
import Workload

/// A report's figures are those of `vllm bench serve`, and its JSON is fixed.
@Suite struct SmallRunTests {
    static let metrics: [(metric: LatencyMetric, figures: [Double])] = [
        // Mean, median, standard deviation, then P50, P90, P99, P99.9.
        (.ttft, [241.666_67, 190, 128.376_616, 190, 400, 490, 499]),
        (.tpot, [46.8, 55, 14.246_403, 55, 60, 60, 60]),
        (.itl, [49.615_385, 30, 46.717_709, 30, 76, 185.6, 198.56]),
        (.e2el, [349.166_667, 277.5, 175.888_617, 277.5, 520, 718, 737.8]),
        // vLLM has none of these; second tokens come 50, 80, 45, 200 and 60 ms after the first.
        (.gap, [87, 60, 57.758_116, 60, 152, 195.2, 199.52]),
        (.tt2t, [317, 240, 193.793_705, 240, 520, 682, 698.2]),
    ]

    @Test func `counts and rates are those of vllm bench serve`() throws {
        let report = SmallRun.report(try SmallRun.settings())
        #expect(report.completed == 6)
        #expect(report.failed == 1)
        #expect(report.inputTokens == 1_830)
        #expect(report.outputTokens == 21)
        #expect(report.requestThroughput == 2.4)
        #expect(report.requestGoodput == 0.8)
        #expect(report.outputThroughput == 8.4)
        #expect(report.totalTokenThroughput == 740.4)
        #expect(report.peakOutputTokensPerSecond == 14)
        #expect(report.failures == [.timeout: 1])
        // Two of seven, the failed one among them.
        #expect(report.goodFraction == 2.0 / 7)
    }

    @Test(arguments: metrics)
    func `latencies are those of vllm bench serve`(metric: LatencyMetric, figures: [Double]) throws {
        let report = SmallRun.report(try SmallRun.settings())
        let summary = try #require(report.metrics[metric])
        let found =
            [summary.mean, summary.median, summary.standardDeviation]
            + summary.percentiles.map(\.milliseconds)
        for (value, expected) in zip(found, figures) {
            #expect(abs(value - expected) <= expected * 4e-5, "\(metric): \(value), not \(expected)")
        }
        #expect(found.count == figures.count)
        #expect(summary.curve.first?.milliseconds == summary.minimum)
        #expect(summary.curve.last == .init(percentile: 100, milliseconds: summary.maximum))
    }

    @Test func `the greatest number in flight counts requests that failed too`() throws {
        // 0, 0.1 and 0.25 s begin before the first ends at 0.29 s; 0.4 s begins before the second ends at
        // 0.41 s.
        #expect(SmallRun.report(try SmallRun.settings()).peakConcurrency == 3)
    }

    @Test func `the series counts every request and token once, when it happened`() throws {
        let series = SmallRun.report(try SmallRun.settings()).series
        #expect(series.scheduled == [5, 2])
        #expect(series.sent == [5, 2])
        #expect(series.completed == [4, 2])
        #expect(series.failed == [0, 1])
        #expect(series.outputTokens == [14, 7])
        #expect(series.inFlight == [5, 3])
    }

    @Test func `the JSON is fixed`() throws {
        let report = SmallRun.report(
            try SmallRun.settings(.gamma(rate: 3, burstiness: 0.5)),
            lag: .milliseconds(7)
        )
        let json = try SmallRun.json(report)
        let golden = try SmallRun.goldenText("report.json")
        #expect(json == golden, "the report is now:\n\(json)")
        let read = try JSONDecoder().decode(RunReport.self, from: Data(golden.utf8))
        #expect(read == report)
    }

    @Test func `a report without rows says the same of the whole`() throws {
        var whole = SmallRun.report(try SmallRun.settings())
        whole.requests = nil
        #expect(SmallRun.report(try SmallRun.settings(), keepsRows: false) == whole)
    }

    @Test(arguments: [
        ("an unknown key", "\"completed\" :", "\"surprise\" : 1, \"completed\" :"),
        ("an unknown setting", "\"backend\" :", "\"surprise\" : 1, \"backend\" :"),
        ("an unknown field of a request", "\"scheduled_ms\" : 0", "\"surprise\" : 1, \"scheduled_ms\" : 0"),
        ("another version", "\"report_version\" : 1", "\"report_version\" : 2"),
        ("a missing figure", "\"mean_ttft_ms\"", "\"mean_tftt_ms\""),
        (
            "a rate that contradicts its counts", "\"request_throughput\" : 2.4",
            "\"request_throughput\" : 2.5"
        ),
        ("an unknown reason", "\"timeout\" : 1", "\"boredom\" : 1"),
        ("an unknown service level", "\"tpot\" : 45", "\"itl\" : 45"),
        ("columns of unequal length", "\"in_flight\" : [", "\"in_flight\" : [ 1,"),
    ])
    func `a report that is not ours is refused`(what: String, part: String, forged: String) throws {
        let json = try SmallRun.json(SmallRun.report(try SmallRun.settings()))
        #expect(json.contains(part), "\(what): \(part) is not in the report")
        let changed = Data(json.replacing(part, with: forged, maxReplacements: 1).utf8)
        #expect(throws: DecodingError.self, "\(what)") {
            try JSONDecoder().decode(RunReport.self, from: changed)
        }
    }

    @Test func `a rate without end is written as a word`() throws {
        let report = SmallRun.report(try SmallRun.settings(.allAtOnce))
        let json = try SmallRun.json(report)
        #expect(json.contains("\"request_rate\" : \"inf\""))
        #expect(try JSONDecoder().decode(RunReport.self, from: Data(json.utf8)) == report)
    }

    @Test func `the summary is the block that users of vllm bench serve know`() throws {
        let report = SmallRun.report(
            try SmallRun.settings(.poisson(rate: 3), percentiles: [99]),
            lag: .milliseconds(7)
        )
        let text = report.summaryText(metrics: [.ttft, .gap, .tt2t, .tpot, .itl, .e2el]) + "\n"
        #expect(text == (try SmallRun.goldenText("summary.txt")), "the summary is now:\n\(text)")
    }

    @Test func `goodput from the scheduled arrival counts the client's delay`() throws {
        // 50 ms late, the first request's TTFT is 250 ms, as allowed; 60 ms late it is not.
        let settings = try SmallRun.settings(.poisson(rate: 3))
        #expect(SmallRun.report(settings, lag: .milliseconds(50)).goodCompletedIncludingClientQueue == 2)
        let late = SmallRun.report(settings, lag: .milliseconds(60))
        #expect(late.goodCompletedIncludingClientQueue == 1)
        #expect(late.goodCompleted == 2)
        #expect(late.goodFraction == 1.0 / 7)
        #expect(late.metrics[.clientQueueTime]?.mean == 60)
        let ttft = try #require(late.metrics[.ttft]?.mean)
        let including = try #require(late.metrics[.ttftIncludingClientQueue]?.mean)
        #expect(abs(including - ttft - 60) < 1e-6)
    }
}
