/// Requests as rows, the stages of each as bars from the moment it was due.
struct StageChart {
    /// One stage of one request, in milliseconds since the request was due.
    struct Bar {
        /// Index into the names of the stages.
        let stage: Int
        let start: Double
        let end: Double
        var lane = Lane.whole
    }

    /// Which part of its row a bar fills.
    enum Lane {
        case whole, upper, lower, lowerHalf

        /// From the top, and height, as shares of the row.
        fileprivate var extent: (top: Double, height: Double) {
            switch self {
            case .whole: (0.15, 0.7)
            case .upper: (0.08, 0.44)
            case .lower: (0.54, 0.36)
            case .lowerHalf: (0.63, 0.18)
            }
        }
    }

    struct Row {
        /// A few letters at the left.
        let label: String
        let bars: [Bar]
        /// All that is known of the request, in words and units.
        let details: String
    }

    let id: String
    let title: String
    let note: Markup
    /// Names of the stages; their order gives the colour.
    let stages: [String]
    let rows: [Row]

    func html() -> Markup {
        let x = Axis("ms since the request was due", .fromZero(to: rows.flatMap { $0.bars.map(\.end) }))
        let left = 14 + 7 * (rows.map(\.label.count).max() ?? 0)
        let hasLanes = rows.contains { row in row.bars.contains { $0.lane != .whole } }
        let height = (hasLanes ? 30 : 20) * rows.count
        return """
            <figure id="\(id)" class="full">
            <figcaption><b>\(title)</b></figcaption>
            \(legend)<svg class="plot" role="img" aria-label="\(title)" \
            style="--left:\(left)px;height:\(height)px">
            \(grid(x))\(rows.indices.map { bars(of: $0, x) })\(places(x))
            <text class="title" x="100%" y="100%" dy="34" text-anchor="end">\(x.title)</text>
            </svg>
            <p class="note">\(note)</p>
            </figure>

            """
    }

    private var legend: Markup {
        let items = stages.indices.map { index -> Markup in
            """
            <label><input type="checkbox" class="k\(index)" checked><span class="swatch s\(index)"></span>\
            \(stages[index])</label>
            """
        }
        return "<div class=\"legend\" role=\"group\" aria-label=\"Stages\">\(items)</div>\n"
    }

    private func grid(_ x: Axis) -> Markup {
        let lines = x.ticks.map { tick -> Markup in
            let place = NumberText.share(tick.position)
            let kind = tick.position == 0 ? "base" : "major"
            return """
                <line class="\(kind)" x1="\(place)" x2="\(place)" y2="100%"/>\
                <text class="tx" x="\(place)" y="100%" dy="17">\(tick.label ?? "")</text>
                """
        }
        return "<g class=\"grid\">\(lines)</g>"
    }

    private func bars(of index: Int, _ x: Axis) -> Markup {
        let row = rows[index]
        let count = Double(rows.count)
        let middle = NumberText.share((Double(index) + 0.5) / count)
        let bars = row.bars.map { bar -> Markup in
            let start = x.scale.position(of: bar.start)
            let width = x.scale.position(of: bar.end) - start
            let extent = bar.lane.extent
            let top = NumberText.share((Double(index) + extent.top) / count)
            let height = NumberText.share(extent.height / count)
            return """
                <rect class="bar s\(bar.stage)" x="\(NumberText.share(start))" y="\(top)" \
                width="\(NumberText.share(width))" height="\(height)"/>
                """
        }
        return "<text class=\"ty\" x=\"0\" y=\"\(middle)\" dx=\"-7\" dy=\"4\">\(row.label)</text>\(bars)\n"
    }

    /// Where a reader may ask for a request's figures: the middle of its bars.
    private func places(_ x: Axis) -> Markup {
        let points = rows.enumerated().map { index, row in
            let end = x.scale.position(of: row.bars.map(\.end).max() ?? 0)
            let middle = (Double(index) + 0.5) / Double(rows.count)
            return Series.Point(x: end / 2, y: 1 - middle, label: row.details)
        }
        return Chart.curves([Series("Request", style: 0, .hidden, points)])
    }
}
