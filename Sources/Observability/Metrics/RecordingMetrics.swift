/// What becomes of the decisions that a router keeps in a file.
public struct RecordingMetrics: Sendable {
    /// Whether they are written.
    public let isActive: GaugeSeries
    /// Requests whose decisions are in the file.
    public let written: CounterSeries
    /// Requests whose decisions are not.
    public let dropped: CounterGroup<DecisionLoss>

    /// Creates them, all zero.
    public init(in registry: PrometheusRegistry) {
        isActive = registry.gauge(MetricCatalogue.recordingActive)
        written = registry.counter(MetricCatalogue.decisionsRecorded)
        dropped = CounterGroup(MetricCatalogue.decisionsLost, in: registry)
    }
}
