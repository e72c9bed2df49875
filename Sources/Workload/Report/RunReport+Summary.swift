extension RunReport {
    /// The block that `vllm bench serve` prints, with our own lines where it has none.
    ///
    /// Figures without a further word count from the send, as there. With an open loop or a limit on
    /// concurrency, what includes the client's queue follows; groups and classes of lengths stand at the end.
    /// - Parameter metrics: the latencies to print (`--percentile-metrics`); one without values is left out.
    public func summaryText(metrics selected: [LatencyMetric] = LatencyMetric.usual) -> String {
        var lines = [Self.heading(" Serving Benchmark Result ", "=")]
        lines += countLines + rateLines + failureLines
        var shown = selected
        if settings.isOpenLoop || settings.maxConcurrency != nil { shown.append(.clientQueueTime) }
        if settings.isOpenLoop { shown += selected.compactMap(\.includingClientQueue) }
        var printed: Set<LatencyMetric> = []
        for metric in shown where printed.insert(metric).inserted {
            if let summary = metrics[metric] { lines += Self.lines(metric, summary) }
        }
        if !groups.isEmpty { lines += [Self.heading("Groups (ms)", "-"), groupsText(metrics: selected)] }
        lines.append(String(repeating: "=", count: 50))
        return lines.joined(separator: "\n")
    }

    private var countLines: [String] {
        var lines = [
            Self.line("Successful requests:", "\(completed)"), Self.line("Failed requests:", "\(failed)"),
        ]
        if let limit = settings.maxConcurrency {
            lines.append(Self.line("Maximum request concurrency:", "\(limit)"))
        }
        if let rate = settings.requestRate, rate.isFinite {
            lines.append(Self.line("Request rate configured (RPS):", rate))
        }
        lines += [
            Self.line("Benchmark duration (s):", durationSeconds),
            Self.line("Total input tokens:", "\(inputTokens)"),
        ]
        if let cachedTokens { lines.append(Self.line("Total cached input tokens:", "\(cachedTokens)")) }
        return lines + [Self.line("Total generated tokens:", "\(outputTokens)")]
    }

    private var rateLines: [String] {
        var lines = [Self.line("Request throughput (req/s):", requestThroughput)]
        if let requestGoodput { lines.append(Self.line("Request goodput (req/s):", requestGoodput)) }
        if settings.isOpenLoop, let goodput = requestGoodputIncludingClientQueue {
            lines.append(Self.line("Goodput incl. client queue (req/s):", goodput))
        }
        if let goodFraction {
            lines.append(Self.line("Requests within goodput limits (%):", goodFraction * 100))
        }
        return lines + [
            Self.line("Output token throughput (tok/s):", outputThroughput),
            Self.line("Peak output token throughput (tok/s):", peakOutputTokensPerSecond),
            Self.line("Peak concurrent requests:", Double(peakConcurrency)),
            Self.line("Total token throughput (tok/s):", totalTokenThroughput),
        ]
    }

    private var failureLines: [String] {
        guard !failures.isEmpty else { return [] }
        return [Self.heading("Failed Requests by Reason", "-")]
            + failures.sorted { $0.key < $1.key }.map { Self.line("\($0.key.rawValue):", "\($0.value)") }
    }

    private static func lines(_ metric: LatencyMetric, _ summary: MetricSummary) -> [String] {
        let figures =
            [("Mean", summary.mean), ("Median", summary.median)]
            + summary.percentiles.map { ("P\(NumberText.shortest($0.percentile))", $0.milliseconds) }
        return [heading(metric.title, "-")] + figures.map { line("\($0.0) \(metric.name) (ms):", $0.1) }
    }

    private static func line(_ name: String, _ value: Double) -> String {
        line(name, NumberText.fixed(value, 2))
    }

    /// The name in 40 columns, then the value.
    private static func line(_ name: String, _ value: String) -> String {
        name + String(repeating: " ", count: max(40 - name.count, 0)) + " " + value
    }

    /// A title in the middle of 50 columns.
    private static func heading(_ title: String, _ fill: Character) -> String {
        let left = max((50 - title.count) / 2, 0)
        let right = max(50 - title.count - left, 0)
        return String(repeating: fill, count: left) + title + String(repeating: fill, count: right)
    }
}
