/// What a metric's values are counted in; the metric's name ends with it.
public enum MetricUnit: String, Hashable, Sendable, CaseIterable {
    /// Things that the name itself says, such as requests.
    case count = ""
    case seconds
    case timestampSeconds = "timestamp_seconds"
    case bytes
    case bytesPerSecond = "bytes_per_second"
    case tokens
    case ratio

    /// The word in the documentation.
    var word: String {
        switch self {
        case .count: "count"
        case .timestampSeconds: "seconds since 1970"
        case .bytesPerSecond: "bytes per second"
        case .seconds, .bytes, .tokens: rawValue
        case .ratio: "ratio, 0 to 1"
        }
    }
}
