/// A line across a chart that is not data: a limit, a fault, the knee.
struct ChartMark: Sendable {
    enum Place: Sendable {
        /// Vertical, at a value of the x axis.
        case x(Double)
        /// Horizontal, at a value of the y axis.
        case y(Double)
    }

    enum Kind: String, Sendable {
        case limit, fault, knee
    }

    let place: Place
    let kind: Kind
    /// A few letters; what they mean stands beside the chart.
    let label: String
}
