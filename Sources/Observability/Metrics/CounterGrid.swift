/// The counters of one metric, one per pair of values of its two labels.
public struct CounterGrid<Row: MetricLabelValue, Column: MetricLabelValue>: Sendable {
    private let series: [CounterSeries]

    init(_ descriptor: MetricDescriptor, in registry: PrometheusRegistry) {
        series = registry.counters(descriptor, labels: 2)
    }

    /// The counter of a pair of values.
    public subscript(row: Row, column: Column) -> CounterSeries {
        series[row.metricIndex * Column.allCases.count + column.metricIndex]
    }
}
