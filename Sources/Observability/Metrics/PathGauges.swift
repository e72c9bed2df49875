internal import ServingTypes

/// The gauges of a worker's paths, a line per peer and gauge: peers come and go, and so do the lines.
///
/// At most ``MetricLimits/peers`` peers are shown; further ones count in the totals by state only.
struct PathGauges: Sendable {
    private let states: GaugeGroup<PathState>
    private let rate: GaugeRows
    private let expected: GaugeRows
    private let roundTrip: GaugeRows
    private let inFlight: GaugeRows
    private let degraded: GaugeRows

    init(in registry: PrometheusRegistry) {
        states = GaugeGroup(MetricCatalogue.paths, in: registry)
        rate = registry.rows(MetricCatalogue.pathRate)
        expected = registry.rows(MetricCatalogue.pathExpectedRate)
        roundTrip = registry.rows(MetricCatalogue.pathRoundTrip)
        inFlight = registry.rows(MetricCatalogue.pathInFlight)
        degraded = registry.rows(MetricCatalogue.pathDegraded)
    }

    /// Shows these paths and no others, by peer, as many as the bound allows; returns how many are left out.
    func show(_ reports: [PathReport]) -> Int {
        let degradedCount = reports.count(where: \.isDegraded)
        states[.ok].set(reports.count - degradedCount)
        states[.degraded].set(degradedCount)
        let shown = reports.sorted { $0.peer < $1.peer }.prefix(MetricLimits.peers)
        let labels = shown.map { PrometheusText.labels([(MetricLabel.peer.name, $0.peer.rawValue)]) }
        func show(_ rows: GaugeRows, _ value: (PathReport) -> Double) {
            rows.show(zip(labels, shown).map { GaugeRows.Row(labels: $0, value: value($1)) })
        }
        show(rate) { $0.bytesPerSecond }
        show(expected) { $0.expectedBytesPerSecond }
        show(roundTrip) { $0.roundTrip.inSeconds }
        show(inFlight) { Double($0.inFlightBytes) }
        show(degraded) { $0.isDegraded ? 1 : 0 }
        return reports.count - shown.count
    }
}
