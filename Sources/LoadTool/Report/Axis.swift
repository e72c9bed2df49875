/// One side of a chart: what it measures, in which unit, from where to where.
struct Axis: Sendable {
    /// Quantity and unit, as `TTFT (ms)`.
    let title: String
    let scale: Scale
    let ticks: [Tick]

    init(_ title: String, _ scale: Scale, ticks target: Int = 5) {
        let isLogarithmic = if case .logarithmic = scale { true } else { false }
        self.title = isLogarithmic ? "\(title), log scale" : title
        self.scale = scale
        ticks = scale.ticks(target: target)
    }

    /// Room that labels at the left need, in pixels.
    var labelWidth: Int { 14 + 7 * (ticks.compactMap { $0.label?.count }.max() ?? 0) }
}
