/// Metrics that every process has.
public struct ProcessMetrics: Sendable {
    /// When the own certificate expires, in seconds since 1970.
    public let certificateExpiry: GaugeSeries
    /// Connections that were turned away before or at their greeting.
    public let linksRefused: CounterSeries

    /// Rows that a bound leaves out at present.
    let omittedSeries: GaugeSeries
    private let build: GaugeRows

    /// Creates them.
    init(in registry: PrometheusRegistry) {
        certificateExpiry = registry.gauge(MetricCatalogue.certificateExpiry)
        linksRefused = registry.counter(MetricCatalogue.linksRefused)
        omittedSeries = registry.gauge(MetricCatalogue.omittedSeries)
        build = registry.rows(MetricCatalogue.buildInfo)
    }

    /// Shows which release this is.
    public func show(version: String) {
        let labels = PrometheusText.labels([(MetricLabel.version.name, version)])
        build.show([GaugeRows.Row(labels: labels, value: 1)])
    }
}
