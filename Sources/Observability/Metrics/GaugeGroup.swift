/// The gauges of one metric, one per value of its label.
public struct GaugeGroup<Label: MetricLabelValue>: Sendable {
    private let series: [Label: GaugeSeries]

    init(_ descriptor: MetricDescriptor, in registry: PrometheusRegistry) {
        guard let label = descriptor.label else { preconditionFailure("\(descriptor.name) has no label") }
        let pairs = Label.allCases.map { ($0, registry.gauge(descriptor, [(label.name, $0.metricLabel)])) }
        series = Dictionary(uniqueKeysWithValues: pairs)
    }

    /// The gauge of a value.
    public subscript(label: Label) -> GaugeSeries {
        guard let series = series[label] else { preconditionFailure("\(label) is none of all cases") }
        return series
    }
}
