import Foundation
import ServingTypes
import Workload

/// Seven requests, small enough to work out by hand.
///
/// `vllm bench serve` 0.32.0 gives the figures of ``SmallRunTests`` for the same times: its
/// `calculate_metrics` was run on them.
enum SmallRun {
    /// Start, TTFT and gaps in milliseconds, prompt and output tokens; no TTFT means a failure.
    private static let rows: [(sent: Int, ttft: Int?, gaps: [Int], prompt: Int, output: Int)] = [
        (0, 200, [50, 20, 20], 100, 4), (100, 150, [80, 30], 200, 3), (250, 300, [], 50, 1),
        (400, 120, [45, 25, 30, 20, 25], 400, 6), (900, 500, [200, 40], 1_000, 5), (1_200, nil, [], 300, 0),
        (1_500, 180, [60], 80, 2),
    ]

    static let levels = ["ttft:250", "tpot:45", "e2el:400"]

    static func outcomes(lag: Duration = .zero) -> [RequestOutcome] {
        rows.enumerated().map { index, row in
            let sent = Duration.milliseconds(row.sent)
            var outcome = RequestOutcome(index: index, scheduled: sent - lag, promptTokens: row.prompt)
            outcome.sent = sent
            guard let ttft = row.ttft else {
                (outcome.failure, outcome.failureDetail) = (.timeout, "no answer in 100 ms")
                outcome.ended = sent + .milliseconds(100)
                return outcome
            }
            var time = sent + .milliseconds(ttft)
            outcome.firstByte = time - .milliseconds(5)
            outcome.recordChunk(at: time)
            for gap in row.gaps {
                time += .milliseconds(gap)
                outcome.recordChunk(at: time)
            }
            (outcome.outputTokens, outcome.status, outcome.ended) = (row.output, 200, time)
            return outcome
        }
    }

    static func settings(
        _ arrivals: ArrivalProcess = .closedLoop(concurrency: 5),
        label: String = "small",
        percentiles: [Double] = [50, 90, 99, 99.9]
    ) throws -> RunSettings {
        RunSettings(
            label: label,
            target: "http://127.0.0.1:8000",
            backend: "openai",
            model: "small",
            dataset: "random",
            prompts: 7,
            arrivals: arrivals,
            seed: 3,
            serviceLevels: try ServiceLevels(parsing: levels),
            percentiles: percentiles,
            options: ["input_len": "100"]
        )
    }

    static func report(_ settings: RunSettings, lag: Duration = .zero, keepsRows: Bool = true) -> RunReport {
        var builder = ReportBuilder(settings: settings, keepsRows: keepsRows)
        // The order in which requests end is not that in which they were sent.
        for outcome in outcomes(lag: lag).reversed() { builder.add(outcome) }
        return builder.report(
            duration: .milliseconds(2_500),
            tool: "baton-load",
            startedAt: "2026-01-01T00:00:00Z"
        )
    }

    static func json(_ report: RunReport) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(report), as: UTF8.self) + "\n"
    }

    static func golden(_ name: String) throws -> [UInt8] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")
        return Array(try Data(contentsOf: folder.appending(path: name)))
    }

    static func goldenText(_ name: String) throws -> String {
        String(decoding: try golden(name), as: UTF8.self)
    }
}
