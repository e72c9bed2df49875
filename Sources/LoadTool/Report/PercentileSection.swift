internal import ServingTypes
internal import Workload

/// Latency against percentile, each further nine as wide as the one before.
struct PercentileSection {
    /// Share of the axis between points of a curve: nearer ones would lie on one another.
    private static let distance = 0.006

    let runs: [RunView]

    func html() -> Markup {
        let figures = runs.count == 1 ? runs.flatMap(figures) : comparisons
        return "<div class=\"figures\">\(figures.map { $0.html() })</div>\n"
    }

    /// One run: all usual latencies in one figure, then what the client's queue adds, then the server's
    /// stages.
    private func figures(of run: RunView) -> [Figure] {
        let queue: [LatencyMetric] = [.ttft, .ttftIncludingClientQueue, .e2el, .e2elIncludingClientQueue]
        let stages: [LatencyMetric] = [
            .serverQueueTime, .serverPrefillTime, .serverTransferTime, .serverDecodeTime,
        ]
        let limits = run.report.settings.serviceLevels.levels.map {
            limit($0.metric.name, $0.limit.milliseconds)
        }
        return [
            figure(
                "\(run.id)-usual",
                "Latency by percentile, from the send",
                run,
                LatencyMetric.usual,
                limits
            ),
            figure("\(run.id)-queue", "What waiting at the client adds", run, queue, []),
            figure("\(run.id)-stages", "Stages as the server tells them", run, stages, []),
        ].compactMap { $0 }
    }

    private func figure(
        _ id: String,
        _ title: String,
        _ run: RunView,
        _ metrics: [LatencyMetric],
        _ marks: [ChartMark]
    ) -> Figure? {
        let curves = metrics.enumerated().compactMap { index, metric in
            run.report.metrics[metric].map { (index, metric.name, $0) }
        }
        return figure(id, title, curves, marks)
    }

    /// Several runs: a figure for each latency, a curve for each run.
    private var comparisons: [Figure] {
        let extra: [LatencyMetric] = [.ttftIncludingClientQueue, .e2elIncludingClientQueue]
        return (LatencyMetric.usual + extra).compactMap { metric in
            let curves = runs.compactMap { run in
                run.report.metrics[metric].map { (run.index % PageStyle.styleCount, run.name, $0) }
            }
            let limits = Set(runs.compactMap { $0.limit(of: metric) }).sorted().map { limit(metric.name, $0) }
            return figure("all-\(metric.rawValue)", metric.title, curves, limits)
        }
    }

    private func figure(
        _ id: String,
        _ title: String,
        _ curves: [(style: Int, name: String, summary: MetricSummary)],
        _ marks: [ChartMark]
    ) -> Figure? {
        guard let count = curves.map(\.summary.count).max() else { return nil }
        return Figure(
            id: id,
            title: title,
            x: Axis("percentile", .percentiles(of: count)),
            yTitle: "latency (ms)",
            series: curves.map { Series($0.name, style: $0.style, .line, points(of: $0.summary)) },
            marks: marks,
            toggle: .log
        )
    }

    private func limit(_ name: String, _ milliseconds: Double) -> ChartMark {
        ChartMark(place: .y(milliseconds), kind: .limit, label: "\(name) ≤ \(NumberText.plain(milliseconds))")
    }

    private func points(of summary: MetricSummary) -> [Series.Point] {
        // The greatest of n values is the quantile 1 − 1/n: beyond it nothing was measured.
        let end = 1 - 1 / Double(max(summary.count, 1))
        let scale = Scale.percentiles(of: summary.count)
        var last = -1.0
        return summary.curve.compactMap { point in
            let quantile = min(point.percentile / 100, end)
            let position = scale.position(of: quantile)
            guard position >= last + Self.distance || point.percentile == 100 else { return nil }
            last = position
            let name = point.percentile < 100 ? NumberText.percentile(point.percentile / 100) : "greatest"
            let label = "\(name): \(NumberText.short(point.milliseconds)) ms"
            return Series.Point(x: quantile, y: point.milliseconds, label: label)
        }
    }
}
