/// The histograms of one metric, one per value of its label.
public struct HistogramGroup<Label: MetricLabelValue>: Sendable {
    private let series: [HistogramSeries]

    init(_ descriptor: MetricDescriptor, in registry: PrometheusRegistry) {
        series = registry.histograms(descriptor, labels: 1)
    }

    /// The histogram of a value.
    public subscript(label: Label) -> HistogramSeries { series[label.metricIndex] }
}
