internal import ServingTypes
internal import Workload

/// What becomes of goodput, throughput and latencies as the load rises, with the knee.
struct SweepSection {
    /// Runs against one server under rising load.
    private struct Group {
        let name: String
        /// By load.
        let runs: [(load: Double, run: RunView)]
    }

    /// One curve of a figure, for every group.
    private struct Curve {
        let name: String
        let unit: String
        let value: (RunView) -> Double?
    }

    private let loadTitle: String
    private let groups: [Group]

    /// `nil` when the runs do not differ in a load that all of them have.
    init?(_ runs: [RunView]) {
        let rates = runs.map { $0.report.settings.requestRate.flatMap { $0.isFinite ? $0 : nil } }
        let limits = runs.map { $0.report.settings.maxConcurrency.map(Double.init) }
        let loads: [Double]
        if !rates.contains(nil) {
            (loads, loadTitle) = (rates.compactMap { $0 }, "requests/s asked for")
        } else if !limits.contains(nil), rates.allSatisfy({ $0 == nil }) {
            (loads, loadTitle) = (limits.compactMap { $0 }, "requests in flight allowed")
        } else {
            return nil
        }
        guard Set(loads).count > 1 else { return nil }
        let names = runs.map { "\($0.report.settings.model) at \($0.report.settings.target)" }
        groups = PageHeader.unique(names).map { name in
            let members = runs.indices.filter { names[$0] == name }.map { (load: loads[$0], run: runs[$0]) }
            return Group(
                name: name,
                runs: members.sorted { ($0.load, $0.run.index) < ($1.load, $1.run.index) }
            )
        }
    }

    func html() -> Markup {
        "\(notes)<div class=\"figures\">\n\(figures.map { $0.html() })</div>\n"
    }

    private var figures: [Figure] {
        let asked =
            loadTitle == "requests/s asked for"
            ? [
                Curve(name: "asked for", unit: "requests/s") { run in
                    run.report.settings.requestRate
                }
            ] : []
        let rates = [
            Curve(name: "good", unit: "requests/s") { $0.goodput },
            Curve(name: "completed", unit: "requests/s") { $0.report.requestThroughput },
        ]
        let share = Curve(name: "good", unit: "%") { $0.report.goodFraction.map { $0 * 100 } }
        let tokens = Curve(name: "output", unit: "tokens/s") { $0.report.outputThroughput }
        let needed = groups[0].runs[0].run.requiredShare * 100
        let line = ChartMark(place: .y(needed), kind: .limit, label: "needed \(NumberText.plain(needed)) %")
        return [
            figure("rate-goodput", "Goodput and throughput", "requests/s", rates + asked),
            figure("rate-share", "Share of good requests", "good of all requests (%)", [share], [line]),
            figure("rate-tokens", "Token throughput", "output tokens/s", [tokens]),
        ].compactMap { $0 } + [LatencyMetric.ttft, .gap, .tpot, .e2el].compactMap(latency)
    }

    private func latency(_ metric: LatencyMetric) -> Figure? {
        let settings = groups[0].runs[0].run.report.settings
        let tail = settings.percentiles.max()
        var curves = [Curve(name: "median", unit: "ms") { $0.report.metrics[$0.headline(metric)]?.median }]
        if let tail {
            curves.append(
                Curve(name: "P\(NumberText.plain(tail))", unit: "ms") { run in
                    run.report.metrics[run.headline(metric)]?.value(atPercentile: tail)
                }
            )
        }
        let limits = Set(groups.flatMap { $0.runs.compactMap { $0.run.limit(of: metric) } }).sorted()
        let marks = limits.map {
            ChartMark(place: .y($0), kind: .limit, label: "\(metric.name) ≤ \(NumberText.plain($0))")
        }
        let title = "\(metric.name) against the load"
        return figure("rate-\(metric.rawValue)", title, "\(metric.name) (ms)", curves, marks, toggle: .log)
    }

    private func figure(
        _ id: String,
        _ title: String,
        _ yTitle: String,
        _ curves: [Curve],
        _ marks: [ChartMark] = [],
        toggle: Figure.Form? = nil
    ) -> Figure? {
        let series = groups.enumerated().flatMap { index, group in
            curves.enumerated().compactMap { place, curve in
                line(curve, of: group, style: (index * curves.count + place) % PageStyle.styleCount)
            }
        }
        guard !series.isEmpty else { return nil }
        let loads = groups.flatMap { $0.runs.map(\.load) }
        return Figure(
            id: id,
            title: title,
            x: Axis(loadTitle, .fromZero(to: loads)),
            yTitle: yTitle,
            series: series,
            marks: marks + knees,
            toggle: toggle
        )
    }

    private func line(_ curve: Curve, of group: Group, style: Int) -> Series? {
        let points = group.runs.compactMap { load, run in
            curve.value(run).map { value in
                let label = "\(run.name): \(NumberText.short(value)) \(curve.unit)"
                return Series.Point(x: load, y: value, label: label)
            }
        }
        let name = groups.count > 1 ? "\(curve.name), \(group.name)" : curve.name
        return points.isEmpty ? nil : Series(name, style: style, .dottedLine, points)
    }

    // MARK: The knee

    private var knees: [ChartMark] {
        groups.enumerated().compactMap { index, group in
            knee(of: group).map { load in
                let number = groups.count > 1 ? " \(index + 1)" : ""
                return ChartMark(
                    place: .x(load),
                    kind: .knee,
                    label: "knee\(number) \(NumberText.plain(load))"
                )
            }
        }
    }

    /// The highest load at which enough requests were good, as at every lower one; runs of one load count
    /// together.
    private func knee(of group: Group) -> Double? {
        var knee: Double?
        for load in Set(group.runs.map(\.load)).sorted() {
            let members = group.runs.filter { $0.load == load }
            let shares = members.compactMap { $0.run.report.goodFraction }
            guard !shares.isEmpty, let needed = members.first?.run.requiredShare,
                shares.reduce(0, +) / Double(shares.count) >= needed
            else { break }
            knee = load
        }
        return knee
    }

    private var notes: Markup {
        let hasLevels = groups.contains { $0.runs.contains { $0.run.report.goodFraction != nil } }
        guard hasLevels else {
            return "<p>No service levels were set: there is no goodput and no knee.</p>\n"
        }
        let lines = groups.enumerated().map { index, group -> Markup in
            let needed = NumberText.plainPercent(group.runs[0].run.requiredShare)
            let number = groups.count > 1 ? "Knee \(index + 1) (\(group.name))" : "Knee"
            guard let knee = knee(of: group) else {
                return "<p><b>\(number):</b> below every load tried; none had \(needed) good requests.</p>\n"
            }
            let isLast = knee == group.runs.map(\.load).max()
            let more = isLast ? ", the highest tried: the knee may lie above it" : ""
            return """
                <p><b>\(number): \(NumberText.plain(knee)) \(loadTitle)</b>, the highest load with \
                \(needed) good requests there and at every lower load\(more).</p>

                """
        }
        return Markup(lines)
    }
}
