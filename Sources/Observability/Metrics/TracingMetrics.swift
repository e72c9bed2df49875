/// What becomes of the traces that a router exports.
public struct TracingMetrics: Sendable {
    /// Requests whose spans the collector took.
    public let exported: CounterSeries
    /// Sampled requests whose spans never reached the collector.
    public let dropped: CounterGroup<TraceLoss>
    /// Spans that the collector left out of batches that it took.
    public let rejectedSpans: CounterSeries

    /// Creates them, all zero.
    public init(in registry: PrometheusRegistry) {
        exported = registry.counter(MetricCatalogue.tracesExported)
        dropped = CounterGroup(MetricCatalogue.tracesDropped, in: registry)
        rejectedSpans = registry.counter(MetricCatalogue.spansRejected)
    }
}
