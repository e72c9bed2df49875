internal import Foundation

/// The sweep as two small charts with logarithmic axes.
struct PlacePlot {
    private static let (width, height, margin) = (400.0, 260.0, 60.0)

    private let report: PlaceReport

    init(_ report: PlaceReport) { self.report = report }

    var svg: String {
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Int(2 * Self.width)) \(Int(Self.height))" \
        font-family="sans-serif" font-size="11">
        <rect width="100%" height="100%" fill="white"/>
        \(chart("Placement by workers", report.byWorkers ?? [], left: 0))
        \(chart("Look-up by prompt blocks", report.byBlocks ?? [], left: Self.width))
        </svg>

        """
    }

    private func chart(_ title: String, _ points: [PlaceReport.Point], left: Double) -> String {
        guard let first = points.first, let last = points.last, first.at < last.at else { return "" }
        let times = points.flatMap { [$0.p50, $0.p99] }
        let (low, high) = (
            pow(10, floor(log10(times.min() ?? 1))), pow(10, ceil(log10(times.max() ?? 10)))
        )
        func x(_ at: Int) -> Double {
            let share = log(Double(at) / Double(first.at)) / log(Double(last.at) / Double(first.at))
            return left + Self.margin + share * (Self.width - 1.5 * Self.margin)
        }
        func y(_ time: Double) -> Double {
            Self.height - Self.margin + log(time / low) / log(high / low) * (1.7 * Self.margin - Self.height)
        }
        var lines = [text(title, left + Self.width / 2, 16, anchor: "middle")]
        for point in points {
            lines.append(text("\(point.at)", x(point.at), Self.height - Self.margin + 16, anchor: "middle"))
        }
        for power in Int(log10(low).rounded())...Int(log10(high).rounded()) {
            let (time, end) = (pow(10, Double(power)), left + Self.width - Self.margin / 2)
            let height = coordinate(y(time))
            lines.append(
                "<path d=\"M\(coordinate(x(first.at))) \(height)H\(coordinate(end))\" stroke=\"#ddd\"/>"
            )
            let label = time < 1 ? String(format: "%g", time) : "\(Int(time))"
            lines.append(text("\(label) µs", left + Self.margin - 6, y(time) + 4, anchor: "end"))
        }
        lines.append(curve(points.map { (x($0.at), y($0.p50)) }, "#1f77b4", "p50", labelledAt: 14))
        lines.append(curve(points.map { (x($0.at), y($0.p99)) }, "#d62728", "p99", labelledAt: -6))
        return lines.joined(separator: "\n")
    }

    /// - Parameter below: how far below its end the curve's name stands; the names must not meet.
    private func curve(
        _ points: [(x: Double, y: Double)],
        _ color: String,
        _ name: String,
        labelledAt below: Double
    ) -> String {
        let path = points.map { "\(coordinate($0.x)) \(coordinate($0.y))" }.joined(separator: "L")
        guard let last = points.last else { return "" }
        return """
            <path d="M\(path)" fill="none" stroke="\(color)" stroke-width="1.5"/>
            <text x="\(coordinate(last.x - 4))" y="\(coordinate(last.y + below))" fill="\(color)" \
            text-anchor="end">\(name)</text>
            """
    }

    private func text(_ text: String, _ x: Double, _ y: Double, anchor: String) -> String {
        "<text x=\"\(coordinate(x))\" y=\"\(coordinate(y))\" text-anchor=\"\(anchor)\">\(text)</text>"
    }

    private func coordinate(_ value: Double) -> String { String(format: "%.1f", value) }
}
