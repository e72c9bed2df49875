/// The histograms of one metric, one per pair of values of its two labels.
public struct HistogramGrid<Row: MetricLabelValue, Column: MetricLabelValue>: Sendable {
    private let series: [HistogramSeries]

    init(_ descriptor: MetricDescriptor, in registry: PrometheusRegistry) {
        series = registry.histograms(descriptor, labels: 2)
    }

    /// The histogram of a pair of values.
    public subscript(row: Row, column: Column) -> HistogramSeries {
        series[row.metricIndex * Column.allCases.count + column.metricIndex]
    }
}
