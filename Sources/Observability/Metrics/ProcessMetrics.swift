/// Metrics that every process has.
public struct ProcessMetrics: Sendable {
    /// When the own certificate expires, in seconds since 1970.
    public let certificateExpiry: GaugeSeries
    /// Connections that were turned away before or at their greeting.
    public let linksRefused: CounterSeries

    /// Creates them, or finds those that exist.
    public init(in registry: PrometheusRegistry) {
        certificateExpiry = registry.gauge(MetricCatalogue.certificateExpiry)
        linksRefused = registry.counter(MetricCatalogue.linksRefused)
    }
}
