/// What a metric is called, what it counts and how it is labelled.
public struct MetricDescriptor: Hashable, Sendable {
    /// Full name with its unit, as in `baton_kv_transfer_bytes_total`.
    public let name: String
    /// What its values mean.
    public let kind: MetricKind
    /// One sentence for people.
    public let help: String
    /// Its label and every value of it; `nil` for a metric without a label.
    public let label: MetricLabel?

    /// Describes a metric.
    public init(_ name: String, _ kind: MetricKind, _ help: String, label: MetricLabel? = nil) {
        self.name = name
        self.kind = kind
        self.help = help
        self.label = label
    }

    /// Names of its lines in the text format.
    var sampleNames: [String] {
        switch kind {
        case .counter, .gauge: [name]
        case .histogram: [name, name + "_bucket", name + "_sum", name + "_count"]
        }
    }
}
