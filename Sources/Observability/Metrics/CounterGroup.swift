/// The counters of one metric, one per value of its label.
public struct CounterGroup<Label: MetricLabelValue>: Sendable {
    private let series: [CounterSeries]

    init(_ descriptor: MetricDescriptor, in registry: PrometheusRegistry) {
        series = registry.counters(descriptor, labels: 1)
    }

    /// The counter of a value.
    public subscript(label: Label) -> CounterSeries { series[label.metricIndex] }
}
