/// Which daemons show a metric.
public enum MetricExporter: Hashable, Sendable, CaseIterable {
    case router, worker, both

    /// The word in the documentation.
    var word: String {
        switch self {
        case .router: "router"
        case .worker: "workers"
        case .both: "every daemon"
        }
    }
}
