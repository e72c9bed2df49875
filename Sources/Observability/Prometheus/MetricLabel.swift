/// A label of a metric.
public struct MetricLabel: Hashable, Sendable {
    /// Name of the label.
    public let name: String
    /// Every value that it may have, all shown from the start; `nil` when values come and go.
    public let values: [String]?
    /// What its values are when they come and go, and how many are shown at most; empty otherwise.
    public let bound: String

    /// The worker at the other end of a path.
    static let peer = MetricLabel("peer", bound: "names of workers, at most \(MetricLimits.peers)")
    /// A registered worker.
    static let worker = MetricLabel("worker", bound: "names of workers, at most \(MetricLimits.workers)")
    /// The sending worker of a link.
    static let from = MetricLabel("from", bound: "names of workers, at most \(MetricLimits.links) links")
    /// The receiving worker of a link.
    static let to = MetricLabel("to", bound: "names of workers, at most \(MetricLimits.links) links")
    /// A registered decode worker.
    static let decode = MetricLabel("decode", bound: "names of decode workers, at most 256")
    /// A site with a setting.
    static let site = MetricLabel("site", bound: "names of `sites` in the settings")
    /// A tenant of the router's settings, or all others.
    static let tenant = MetricLabel("tenant", bound: "names of tenants.shares, at most 1024, and other")
    /// The release of the process.
    static let version = MetricLabel("version", bound: "one: the release of the process")

    /// A label whose values are known only while the process runs.
    init(_ name: String, bound: String) {
        self.name = name
        self.bound = bound
        values = nil
    }

    /// A label over the cases of a type.
    init<Value: MetricLabelValue>(_ name: String, _ type: Value.Type) {
        self.name = name
        bound = ""
        values = Value.allCases.map(\.metricLabel)
    }
}
