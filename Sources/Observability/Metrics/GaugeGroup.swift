/// The gauges of one metric, one per value of its label.
public struct GaugeGroup<Label: MetricLabelValue>: Sendable {
    private let series: [GaugeSeries]

    init(_ descriptor: MetricDescriptor, in registry: PrometheusRegistry) {
        series = registry.gauges(descriptor, labels: 1)
    }

    /// The gauge of a value.
    public subscript(label: Label) -> GaugeSeries { series[label.metricIndex] }
}
