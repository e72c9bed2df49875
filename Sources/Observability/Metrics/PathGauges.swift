internal import ServingTypes
internal import Synchronization

/// The gauges of a worker's paths, one set per peer: peers come and go, so a series lives as long as its path.
///
/// At most ``peerLimit`` peers are shown; further ones count in the totals by state only.
final class PathGauges: Sendable {
    /// Peers with series of their own.
    static let peerLimit = 128

    /// The series of one peer.
    private struct Peer {
        var rate: GaugeSeries
        var roundTrip: GaugeSeries
        var expected: GaugeSeries
        var inFlight: GaugeSeries
        var degraded: GaugeSeries

        init(_ id: WorkerID, in registry: PrometheusRegistry) {
            func gauge(_ descriptor: MetricDescriptor) -> GaugeSeries {
                registry.gauge(descriptor, [(MetricLabel.peer.name, id.rawValue)])
            }
            rate = gauge(MetricCatalogue.pathRate)
            roundTrip = gauge(MetricCatalogue.pathRoundTrip)
            expected = gauge(MetricCatalogue.pathExpectedRate)
            inFlight = gauge(MetricCatalogue.pathInFlight)
            degraded = gauge(MetricCatalogue.pathDegraded)
        }

        func show(_ report: PathReport) {
            rate.set(report.bytesPerSecond)
            roundTrip.set(report.roundTrip.inSeconds)
            expected.set(report.expectedBytesPerSecond)
            inFlight.set(report.inFlightBytes)
            degraded.set(report.isDegraded ? 1 : 0)
        }

        func forget(in registry: PrometheusRegistry) {
            for series in [rate, roundTrip, expected, inFlight, degraded] { registry.forget(series) }
        }
    }

    private let registry: PrometheusRegistry
    private let states: GaugeGroup<PathState>
    private let peers = Mutex<[WorkerID: Peer]>([:])

    init(in registry: PrometheusRegistry) {
        self.registry = registry
        states = GaugeGroup(MetricCatalogue.paths, in: registry)
    }

    /// Shows these paths and no others; a peer that has series keeps them.
    func show(_ reports: [PathReport]) {
        let degraded = reports.count(where: \.isDegraded)
        states[.ok].set(reports.count - degraded)
        states[.degraded].set(degraded)
        peers.withLock { peers in
            let present = Set(reports.map(\.peer))
            for peer in peers.keys.sorted() where !present.contains(peer) {
                peers.removeValue(forKey: peer)?.forget(in: registry)
            }
            for report in reports.sorted(by: { $0.peer < $1.peer }) {
                if peers[report.peer] == nil, peers.count < Self.peerLimit {
                    peers[report.peer] = Peer(report.peer, in: registry)
                }
                peers[report.peer]?.show(report)
            }
        }
    }
}
