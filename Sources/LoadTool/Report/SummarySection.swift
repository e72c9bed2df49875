internal import Workload

/// Counts, rates and latencies in tables.
enum SummarySection {
    /// Runs that stand side by side, a column each; more of them are rows.
    private static let columnLimit = 3

    static func html(_ runs: [RunView]) -> Markup {
        let latencies = runs.count == 1 ? Markup(runs.map(latencies)) : overview(runs)
        return "<div class=\"tables\">\n\(rates(runs))\(latencies)</div>\n"
    }

    private static func rates(_ runs: [RunView]) -> Markup {
        let facts = facts(runs)
        let caption = "Counts and rates"
        guard runs.count > columnLimit else {
            var table = Table(caption: caption, columns: ["Figure"] + runs.map(\.name))
            for fact in facts { table.add(([fact.name] + fact.values).map { .init($0) }) }
            return table.html()
        }
        var table = Table(caption: caption, columns: ["Run"] + facts.map(\.name))
        for (index, run) in runs.enumerated() {
            table.add(([run.name] + facts.map { $0.values[index] }).map { .init($0) })
        }
        return table.html()
    }

    private static func facts(_ runs: [RunView]) -> [(name: String, values: [String])] {
        func fact(_ name: String, _ value: (RunReport) -> String) -> (name: String, values: [String]) {
            (name, runs.map { value($0.report) })
        }
        let counts = [
            fact("Duration (s)") { NumberText.short($0.durationSeconds) },
            fact("Completed") { NumberText.whole($0.completed) },
            fact("Failed") { NumberText.whole($0.failed) },
            fact("Requests/s") { NumberText.short($0.requestThroughput) },
        ]
        let good = [
            fact("Good requests/s with client queue") {
                NumberText.short($0.requestGoodputIncludingClientQueue)
            },
            fact("Good requests/s without it") { NumberText.short($0.requestGoodput) },
            fact("Good of all requests") { $0.goodFraction.map(NumberText.percent) ?? NumberText.missing },
        ]
        let cached = fact("Prompt tokens found in a cache") {
            $0.cachedTokens.map(NumberText.whole) ?? NumberText.missing
        }
        let tokens = [
            fact("Prompt tokens") { NumberText.whole($0.inputTokens) },
            fact("Output tokens") { NumberText.whole($0.outputTokens) },
            fact("Output tokens/s") { NumberText.short($0.outputThroughput) },
            fact("Prompt and output tokens/s") { NumberText.short($0.totalTokenThroughput) },
            fact("Peak output tokens/s") { NumberText.short($0.peakOutputTokensPerSecond) },
            fact("Peak in flight") { NumberText.whole($0.peakConcurrency) },
        ]
        let hasGood = runs.contains { $0.report.goodCompleted != nil }
        let hasCached = runs.contains { $0.report.cachedTokens != nil }
        return counts + (hasGood ? good : []) + tokens + (hasCached ? [cached] : [])
    }

    /// All latencies of one run.
    static func latencies(_ run: RunView) -> Markup {
        let percentiles = run.report.settings.percentiles.filter { $0 != 50 }
        var table = Table(
            caption: "Latencies of completed requests, \(run.name)",
            columns: ["Latency (ms)", "Limit", "Mean", "Median"]
                + percentiles.map { "P\(NumberText.plain($0))" }
                + ["Min", "Max", "SD", "Values"]
        )
        for metric in LatencyMetric.allCases {
            guard let summary = run.report.metrics[metric] else { continue }
            let limit = run.limit(of: metric).map(NumberText.plain) ?? ""
            let values = percentiles.map { NumberText.short(summary.value(atPercentile: $0)) }
            let middle = [NumberText.short(summary.mean), NumberText.short(summary.median)]
            let spread = [summary.minimum, summary.maximum, summary.standardDeviation].map {
                NumberText.short($0)
            }
            let cells =
                [title(of: metric), limit] + middle + values + spread + [NumberText.whole(summary.count)]
            table.add(cells.map { .init($0) })
        }
        return table.rows.isEmpty ? "" : table.html()
    }

    /// The middle and the tail of each run's usual latencies.
    private static func overview(_ runs: [RunView]) -> Markup {
        let metrics = LatencyMetric.usual.filter { metric in
            runs.contains { $0.report.metrics[metric] != nil }
        }
        guard !metrics.isEmpty else { return "" }
        let tail = runs[0].report.settings.percentiles.max()
        let words = ["median"] + (tail.map { ["P\(NumberText.plain($0))"] } ?? [])
        let isOpen = runs.contains { $0.report.settings.isOpenLoop }
        let start = isOpen ? "; in an open loop TTFT and E2EL count from the scheduled arrival" : ""
        var table = Table(
            caption: "Latencies of completed requests in ms\(start)",
            columns: ["Run"] + metrics.flatMap { metric in words.map { "\(metric.name) \($0)" } }
        )
        for run in runs {
            let values = metrics.flatMap { metric -> [String] in
                let summary = run.report.metrics[run.headline(metric)]
                let value = tail.map { NumberText.short(summary?.value(atPercentile: $0)) }
                return [NumberText.short(summary?.median)] + (value.map { [$0] } ?? [])
            }
            table.add(([run.name] + values).map { .init($0) })
        }
        return table.html()
    }

    private static func title(of metric: LatencyMetric) -> String {
        LatencyMetric.usual.contains(metric) ? "\(metric.name): \(metric.title)" : metric.title
    }
}
