/// What a metric is called, what it counts and how it is labelled.
public struct MetricDescriptor: Hashable, Sendable {
    /// Full name with its unit, as in `baton_kv_transfer_bytes_total`.
    public let name: String
    /// What its values mean.
    public let kind: MetricKind
    /// What they are counted in.
    public let unit: MetricUnit
    /// Which daemons show it.
    public let exporter: MetricExporter
    /// One sentence for people.
    public let help: String
    /// Its labels, in the order in which they are shown.
    public let labels: [MetricLabel]

    /// Describes a metric.
    init(
        _ name: String,
        _ kind: MetricKind,
        _ unit: MetricUnit = .count,
        of exporter: MetricExporter,
        _ help: String,
        labels: [MetricLabel] = []
    ) {
        self.name = name
        self.kind = kind
        self.unit = unit
        self.exporter = exporter
        self.help = help
        self.labels = labels
    }

    /// Whether some label's values come and go, so that series do.
    public var isOpen: Bool { labels.contains { $0.values == nil } }

    /// Names of its lines in the text format.
    public var sampleNames: [String] {
        switch kind {
        case .counter, .gauge: [name]
        case .histogram: [name + "_bucket", name + "_sum", name + "_count"]
        }
    }
}
