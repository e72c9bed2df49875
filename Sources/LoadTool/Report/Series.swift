/// Points that belong together in a chart, and what a reader is told about each.
struct Series: Sendable {
    enum Shape: Sendable {
        case line
        /// A line with a dot at each point: few points, each one measured.
        case dottedLine
        case dots
        /// Dots that stand for many measurements each.
        case largeDots
        /// Nothing drawn: places where a reader may ask.
        case hidden
    }

    struct Point: Equatable, Sendable {
        let x: Double
        let y: Double
        /// What stands at this point, in words and units.
        let label: String
    }

    let name: String
    /// Which colour and dash; series of one style are shown and hidden together.
    let style: Int
    let shape: Shape
    let points: [Point]

    init(_ name: String, style: Int, _ shape: Shape, _ points: [Point]) {
        self.name = name
        self.style = style
        self.shape = shape
        self.points = points
    }

    /// The points' labels as one text; the character between them cannot stand within one.
    var labels: String {
        points.map { point in String(point.label.map { $0 == "|" ? "¦" : $0 }) }.joined(separator: "|")
    }
}
