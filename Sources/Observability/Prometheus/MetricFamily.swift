/// All series of one metric.
struct MetricFamily: Sendable {
    let descriptor: MetricDescriptor
    /// Values of the labels, one set per series; empty for a metric whose labels are not closed.
    let labelSets: [[String]]
    /// The same as they are written.
    let labelTexts: [String]
    let values: MetricValues

    /// A series for every combination of the labels' values.
    init(_ descriptor: MetricDescriptor) {
        self.descriptor = descriptor
        var sets: [[String]] = [[]]
        for label in descriptor.labels {
            sets = sets.flatMap { set in (label.values ?? []).map { set + [$0] } }
        }
        labelSets = sets
        labelTexts = sets.map { set in
            PrometheusText.labels(zip(descriptor.labels, set).map { ($0.name, $1) })
        }
        values = MetricValues(descriptor, count: sets.count)
        precondition(
            !descriptor.isOpen || descriptor.kind == .gauge,
            "\(descriptor.name) is a \(descriptor.kind.name) with labels that are not closed"
        )
    }
}
