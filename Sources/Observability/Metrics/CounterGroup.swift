/// The counters of one metric, one per value of its label.
public struct CounterGroup<Label: MetricLabelValue>: Sendable {
    private let series: [Label: CounterSeries]

    init(_ descriptor: MetricDescriptor, in registry: PrometheusRegistry) {
        guard let label = descriptor.label else { preconditionFailure("\(descriptor.name) has no label") }
        let pairs = Label.allCases.map { ($0, registry.counter(descriptor, [(label.name, $0.metricLabel)])) }
        series = Dictionary(uniqueKeysWithValues: pairs)
    }

    /// The counter of a value.
    public subscript(label: Label) -> CounterSeries {
        guard let series = series[label] else { preconditionFailure("\(label) is none of all cases") }
        return series
    }
}
