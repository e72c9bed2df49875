public import ServingTypes

/// A type whose cases are the values of a label, so that nobody can add a series by mistake.
public protocol MetricLabelValue: CaseIterable, Hashable, Sendable {
    /// The word in the label.
    var metricLabel: String { get }
}

extension MetricLabelValue where Self: RawRepresentable<String> {
    /// The raw value.
    public var metricLabel: String { rawValue }
}

extension MetricLabelValue {
    /// Its place among all cases; O(cases), which are few.
    var metricIndex: Int {
        var index = 0
        for value in Self.allCases {
            if value == self { return index }
            index += 1
        }
        preconditionFailure("\(self) is none of all cases")
    }
}

extension ServingErrorCode: MetricLabelValue {
    /// The code's word.
    public var metricLabel: String { name }
}

extension RequestPriority: MetricLabelValue {
    /// The priority's word.
    public var metricLabel: String { name }
}

extension RefusalReason: MetricLabelValue {
    /// The reason's word.
    public var metricLabel: String { rawValue }
}

extension WorkerRole: MetricLabelValue {
    /// The role's word.
    public var metricLabel: String { name }
}

extension PrefillClassKind: MetricLabelValue {
    /// The class's word.
    public var metricLabel: String { name }
}

extension KVCodec: MetricLabelValue {
    /// The codec's word.
    public var metricLabel: String { name }
}

extension PromptClass: MetricLabelValue {}
