/// A label whose values are known beforehand.
public struct MetricLabel: Hashable, Sendable {
    /// Name of the label.
    public let name: String
    /// Every value that it may have.
    public let values: [String]

    /// A label over the cases of a type.
    init<Value: MetricLabelValue>(_ name: String, _ type: Value.Type) {
        self.name = name
        values = Value.allCases.map(\.metricLabel)
    }
}
