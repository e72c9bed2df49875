internal import Workload

/// The main differences between two runs, each with its interval, as shares of the base.
struct DifferenceChart {
    private struct Row {
        let label: String
        let line: ReportComparison.Line
        /// Difference and interval in percent of the base.
        let value: Double
        let interval: ClosedRange<Double>?
    }

    /// Beyond this many percent a difference is drawn at the edge; the table has its value.
    private static let reach = 200.0

    let id: String
    let title: String
    private let rows: [Row]

    /// - Parameter tail: the percentile shown beside the median.
    init(id: String, title: String, _ comparison: ReportComparison, tail: Double?) {
        self.id = id
        self.title = title
        let rates = [
            ("request_throughput", "requests/s"), ("output_throughput", "tokens/s"),
            ("good_fraction", "good requests"),
        ]
        let latencies = LatencyMetric.usual.flatMap { metric -> [(String, String)] in
            let median = ("median_\(metric.rawValue)_ms", "\(metric.name) median")
            guard let tail else { return [median] }
            let number = NumberText.plain(tail)
            return [median, ("p\(number)_\(metric.rawValue)_ms", "\(metric.name) P\(number)")]
        }
        rows = (rates + latencies).compactMap { key, label in
            guard let line = comparison.lines.first(where: { $0.key == key }),
                let relative = line.relativeDifference
            else { return nil }
            let base = line.base.magnitude
            let interval = line.interval.map { $0.lowerBound / base * 100...$0.upperBound / base * 100 }
            return Row(label: label, line: line, value: relative * 100, interval: interval)
        }
    }

    func html() -> Markup {
        guard !rows.isEmpty else { return "" }
        let x = axis
        let left = 14 + 7 * (rows.map(\.label.count).max() ?? 0)
        return """
            <figure id="\(id)">
            <figcaption><b>\(title)</b></figcaption>
            <svg class="plot" role="img" aria-label="\(title)" \
            style="--left:\(left)px;height:\(22 * rows.count)px">
            \(grid(x))\(rows.indices.map { row($0, x) })\(places(x))
            <text class="title" x="100%" y="100%" dy="34" text-anchor="end">\(x.title)</text>
            </svg>
            <p class="note">Dots are differences, bars their 95 % intervals; green is better, red is worse, \
            grey shows no difference.</p>
            </figure>

            """
    }

    /// As far to one side as to the other.
    private var axis: Axis {
        let ends = rows.flatMap { row -> [Double] in
            [row.value, row.interval?.lowerBound ?? 0, row.interval?.upperBound ?? 0]
        }
        let widest = ends.reduce(1) { min(Self.reach, max($0, $1.magnitude)) }
        let step = Scale.roundStep(atLeast: widest / 3)
        let end = (widest / step - 1e-9).rounded(.up) * step
        return Axis("candidate − base (% of base)", .linear(lower: -end, upper: end))
    }

    private func grid(_ x: Axis) -> Markup {
        let lines = x.ticks.map { tick -> Markup in
            let place = NumberText.share(tick.position)
            let kind = tick.position == 0.5 ? "base" : "major"
            return """
                <line class="\(kind)" x1="\(place)" x2="\(place)" y2="100%"/>\
                <text class="tx" x="\(place)" y="100%" dy="17">\(tick.label ?? "")</text>
                """
        }
        return "<g class=\"grid\">\(lines)</g>"
    }

    private func middle(_ index: Int) -> Double { (Double(index) + 0.5) / Double(rows.count) }

    private func row(_ index: Int, _ x: Axis) -> Markup {
        let row = rows[index]
        let place = NumberText.share(middle(index))
        let kind = row.line.verdict == .noDifference ? "same" : row.line.verdict.rawValue
        let bar = row.interval.map { interval -> Markup in
            let start = NumberText.share(x.scale.position(of: interval.lowerBound))
            let end = NumberText.share(x.scale.position(of: interval.upperBound))
            return "<line x1=\"\(start)\" x2=\"\(end)\" y1=\"\(place)\" y2=\"\(place)\"/>"
        }
        let dot = NumberText.share(x.scale.position(of: row.value))
        return """
            <g class="change \(kind)">\(bar ?? "")<circle cx="\(dot)" cy="\(place)" r="4.5"/></g>\
            <text class="ty" x="0" y="\(place)" dx="-7" dy="4">\(row.label)</text>

            """
    }

    /// Where a reader may ask for a difference: its dot.
    private func places(_ x: Axis) -> Markup {
        let points = rows.indices.map { index in
            let line = rows[index].line
            let interval = line.interval.map {
                "\n\(NumberText.signed($0.lowerBound)) … \(NumberText.signed($0.upperBound))"
            }
            let label = """
                \(rows[index].label): \(NumberText.signed(rows[index].value, 1)) %, \
                \(NumberText.signed(line.difference))\(interval ?? "")
                """
            return Series.Point(
                x: x.scale.position(of: rows[index].value),
                y: 1 - middle(index),
                label: label
            )
        }
        return Chart.curves([Series(title, style: 0, .hidden, points)])
    }
}
