/// A label of a metric.
public struct MetricLabel: Hashable, Sendable {
    /// Name of the label.
    public let name: String
    /// Every value that it may have, all shown from the start; `nil` when values come and go.
    public let values: [String]?

    /// The worker at the other end of a path; bounded by ``PathGauges/peerLimit``.
    static let peer = MetricLabel("peer")

    private init(_ name: String) {
        self.name = name
        values = nil
    }

    /// A label over the cases of a type.
    init<Value: MetricLabelValue>(_ name: String, _ type: Value.Type) {
        self.name = name
        values = Value.allCases.map(\.metricLabel)
    }
}
