/// A line across a chart at a round value.
struct Tick: Equatable, Sendable {
    /// Along the axis, 0...1.
    let position: Double
    /// `nil` for a line between labelled ones.
    let label: String?
}
