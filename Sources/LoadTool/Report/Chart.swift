/// One plot as SVG: grid, axes, marks and series.
///
/// Text keeps its size at every width: grid, labels and marks are placed by percentages, and only the curves
/// lie in a nested drawing that stretches, with strokes that do not. The element covers the plot itself;
/// labels stand in its margins.
struct Chart {
    let title: String
    let x: Axis
    let y: Axis
    var series: [Series] = []
    var marks: [ChartMark] = []
    /// Which of several forms of one figure this is: empty for the only one, `lin` or `log`.
    var form = ""
    /// Whether the points carry their labels; one form of a figure is enough.
    var isLabelled = true

    /// Side of the square on which curves are drawn.
    private static let side = 1_000.0

    func svg() -> Markup {
        """
        <svg class="plot \(form)" role="img" aria-label="\(description)" style="--left:\(y.labelWidth)px">
        \(grid)\(curves)\(markLines)
        <text class="title" x="0" y="0" dx="-\(y.labelWidth - 4)" dy="-19">\(y.title)</text>
        <text class="title" x="100%" y="100%" dy="34" text-anchor="end">\(x.title)</text>
        </svg>

        """
    }

    /// What somebody who cannot see the chart is told; the figures stand in tables.
    private var description: String {
        let names = series.filter { $0.shape != .hidden }.map(\.name)
        return "\(title): \(y.title) against \(x.title). \(names.joined(separator: ", "))"
    }

    private var grid: Markup {
        let rows = y.ticks.map { tick -> Markup in
            let place = NumberText.share(1 - tick.position)
            let line: Markup =
                "<line class=\"\(lineClass(tick))\" x2=\"100%\" y1=\"\(place)\" y2=\"\(place)\"/>"
            guard let label = tick.label else { return line }
            return line + "<text class=\"ty\" x=\"0\" y=\"\(place)\" dx=\"-7\" dy=\"4\">\(label)</text>"
        }
        let labelled = x.ticks.filter { $0.label != nil }.count
        let columns = x.ticks.enumerated().map { index, tick -> Markup in
            let place = NumberText.share(tick.position)
            let line: Markup =
                "<line class=\"\(lineClass(tick))\" x1=\"\(place)\" x2=\"\(place)\" y2=\"100%\"/>"
            guard let label = tick.label else { return line }
            // Where it is narrow, every second label of many makes room.
            let extra = labelled > 5 && index % 2 == 1 ? " wide" : ""
            let text: Markup =
                "<text class=\"tx\(extra)\" x=\"\(place)\" y=\"100%\" dy=\"17\">\(label)</text>"
            return line + text
        }
        return "<g class=\"grid\">\(rows)\(columns)</g>"
    }

    private func lineClass(_ tick: Tick) -> String {
        tick.label == nil ? "minor" : tick.position == 0 ? "base" : "major"
    }

    private var curves: Markup {
        Self.stretched(series.map { series in curve(series) })
    }

    /// Series whose points are given as positions 0...1, for drawings with axes of their own.
    static func curves(_ series: [Series]) -> Markup {
        let unit = Axis("", .linear(lower: 0, upper: 1))
        return stretched(series.map { Chart(title: "", x: unit, y: unit).curve($0) })
    }

    /// A drawing of ``side`` units that fills the plot.
    private static func stretched(_ curves: [Markup]) -> Markup {
        """
        <svg class="curves" viewBox="0 0 1000 1000" preserveAspectRatio="none" width="100%" height="100%">\
        \(curves)</svg>
        """
    }

    private func curve(_ series: Series) -> Markup {
        guard !series.points.isEmpty else { return "" }
        let places = series.points.map { point in
            let across = NumberText.coordinate(x.scale.position(of: point.x) * Self.side)
            let down = NumberText.coordinate((1 - y.scale.position(of: point.y)) * Self.side)
            return "\(across) \(down)"
        }
        let joined = "M" + places.joined(separator: "L")
        // A path that ends where it begins is drawn as its round cap: a dot.
        let separate = places.map { "M\($0)z" }.joined()
        let labels: Markup = isLabelled ? " data-n=\"\(series.name)\" data-t=\"\(series.labels)\"" : ""
        func path(_ kind: String, _ outline: String, _ data: Markup) -> Markup {
            "<path class=\"\(kind) s\(series.style)\"\(data) d=\"\(outline)\"/>"
        }
        return switch series.shape {
        case .line: path("line", joined, labels)
        case .dottedLine: path("line", joined, labels) + path("dot mid bare", separate, "")
        case .dots: path("dot", separate, labels)
        case .largeDots: path("dot large", separate, labels)
        case .hidden: path("none", separate, labels)
        }
    }

    private var markLines: Markup {
        Markup(
            marks.map { mark -> Markup in
                switch mark.place {
                case .x(let value):
                    let place = NumberText.share(x.scale.position(of: value))
                    return """
                        <g class="mark \(mark.kind.rawValue)"><line x1="\(place)" x2="\(place)" y2="100%"/>\
                        <text x="\(place)" y="0" dy="-4" text-anchor="middle">\(mark.label)</text></g>
                        """
                case .y(let value):
                    let place = NumberText.share(1 - y.scale.position(of: value))
                    return """
                        <g class="mark \(mark.kind.rawValue)">\
                        <line x2="100%" y1="\(place)" y2="\(place)"/><text x="100%" y="\(place)" dx="-4" \
                        dy="-4" text-anchor="end">\(mark.label)</text></g>
                        """
                }
            }
        )
    }
}
