/// What a metric's values mean.
public enum MetricKind: Hashable, Sendable {
    /// A total that only rises while the process lives.
    case counter
    /// A value that rises and falls.
    case gauge
    /// How many observations were at most each bound; the bounds rise, and `+Inf` is implied.
    case histogram(bounds: [Double])

    /// The word of the text format.
    public var name: String {
        switch self {
        case .counter: "counter"
        case .gauge: "gauge"
        case .histogram: "histogram"
        }
    }
}
