internal import Workload

/// A run in time: requests, tokens, requests in flight and failures, with the faults that were made.
struct TimeSection {
    private let run: RunView
    private let series: RunSeries

    /// - Parameter pointLimit: points along the time at most.
    init(run: RunView, pointLimit: Int) {
        self.run = run
        let merged = run.report.series.merged(to: pointLimit)
        // A rate over a last moment is no rate: the interval before takes it in.
        let rest = run.report.durationSeconds - Double(merged.count - 1) * merged.intervalSeconds
        series = merged.count > 1 && rest < merged.intervalSeconds / 2 ? merged.joiningLast() : merged
    }

    func figures() -> [Figure] {
        guard series.count > 0 else { return [] }
        let requests = [
            line("scheduled", 6, rates(series.scheduled), "requests/s scheduled"),
            line("sent", 0, rates(series.sent), "requests/s sent"),
            line("completed", 2, rates(series.completed), "requests/s completed"),
        ]
        let tokens = line("output tokens", 0, rates(series.outputTokens), "tokens/s")
        let flight = line("in flight", 0, series.inFlight.map(Double.init), "requests in flight")
        var figures = [
            figure("requests", "Requests", "requests/s", requests),
            figure("tokens", "Output tokens", "tokens/s", [tokens]),
            figure("flight", "In flight", "requests", [flight], leastTop: 5),
        ]
        if run.report.failed > 0 {
            let unit = "failures in \(NumberText.plain(series.intervalSeconds)) s"
            let failed = line("failed", 0, series.failed.map(Double.init), "requests failed")
            figures.append(figure("failures", "Failures", unit, [failed], leastTop: 5))
        }
        return figures
    }

    private func rates(_ counts: [Int]) -> [Double] {
        counts.enumerated().map { index, count in
            let times = times(of: index)
            return times.end > times.start ? Double(count) / (times.end - times.start) : 0
        }
    }

    /// An interval's ends in seconds: the last one ends with the run.
    private func times(of index: Int) -> (start: Double, end: Double) {
        let start = Double(index) * series.intervalSeconds
        let end = index == series.count - 1 ? run.report.durationSeconds : start + series.intervalSeconds
        return (start, max(start, end))
    }

    private func line(_ name: String, _ style: Int, _ values: [Double], _ unit: String) -> Series {
        let points = values.enumerated().map { index, value in
            let (start, end) = times(of: index)
            let label = """
                \(NumberText.plain(start))–\(NumberText.plain(end)) s: \(NumberText.plain(value)) \(unit)
                """
            return Series.Point(x: (start + end) / 2, y: value, label: label)
        }
        return Series(name, style: style, .line, points)
    }

    private func figure(
        _ id: String,
        _ title: String,
        _ unit: String,
        _ lines: [Series],
        leastTop: Double = 0
    ) -> Figure {
        let marks = FaultMark.marks(of: run.report.settings).map {
            ChartMark(place: .x($0.seconds), kind: .fault, label: $0.letter)
        }
        return Figure(
            id: "\(run.id)-\(id)",
            title: title,
            x: Axis("time (s)", .exactly(to: times(of: series.count - 1).end)),
            yTitle: unit,
            series: lines,
            marks: marks,
            leastTop: leastTop
        )
    }
}
