import ServingTypes
import Testing

@testable import Observability

@Suite struct PathGaugesTests {
    let registry = PrometheusRegistry()

    private func path(_ peer: String, isDegraded: Bool = false) -> PathReport {
        PathReport(
            peer: WorkerID(rawValue: peer),
            bytesPerSecond: 1.5e6,
            inFlightBytes: 4_096,
            roundTrip: .milliseconds(25),
            expectedBytesPerSecond: 4e6,
            isDegraded: isDegraded
        )
    }

    private func link(_ from: String, _ to: String, isDegraded: Bool = false) -> LinkFigures {
        LinkFigures(
            from: WorkerID(rawValue: from),
            to: WorkerID(rawValue: to),
            bytesPerSecond: 1e9,
            shareBytesPerSecond: 5e8,
            roundTrip: .milliseconds(2),
            inFlightBytes: 7,
            isDegraded: isDegraded
        )
    }

    private func value(_ name: String, _ labels: [String: String]) throws -> Double? {
        try TextFormatParser(registry.text).families[name]?.value(labels)
    }

    @Test("each figure of a path arrives in its own series, under its peer's name")
    func figures() throws {
        let metrics = WorkerMetrics(in: registry)
        metrics.mirror(paths: [path("d1", isDegraded: true), path("d2")])
        let peer = ["peer": "d1"]
        #expect(try value("baton_path_bytes_per_second", peer) == 1.5e6)
        #expect(try value("baton_path_expected_bytes_per_second", peer) == 4e6)
        #expect(try value("baton_path_round_trip_seconds", peer) == 0.025)
        #expect(try value("baton_path_in_flight_bytes", peer) == 4_096)
        #expect(try value("baton_path_degraded", peer) == 1)
        #expect(try value("baton_path_degraded", ["peer": "d2"]) == 0)
        #expect(try value("baton_paths", ["state": "ok"]) == 1)
        #expect(try value("baton_paths", ["state": "degraded"]) == 1)
    }

    @Test("the series of a path that is gone are gone, and come back with it")
    func lifetime() throws {
        let metrics = WorkerMetrics(in: registry)
        metrics.mirror(paths: [path("d1"), path("d2")])
        metrics.mirror(paths: [path("d2")])
        #expect(!registry.text.contains("\"d1\""))
        #expect(try value("baton_path_degraded", ["peer": "d2"]) == 0)
        metrics.mirror(paths: [path("d1", isDegraded: true)])
        #expect(try value("baton_path_degraded", ["peer": "d1"]) == 1)
        #expect(!registry.text.contains("\"d2\""))
    }

    @Test("peers are bounded: further ones count in the totals, and their number is shown")
    func bound() throws {
        let metrics = WorkerMetrics(in: registry)
        metrics.mirror(paths: (0..<MetricLimits.peers + 3).map { path("w\($0)") })
        let families = try TextFormatParser(registry.text).families
        #expect(families["baton_path_degraded"]?.samples.count == MetricLimits.peers)
        #expect(families["baton_paths"]?.value(["state": "ok"]) == Double(MetricLimits.peers + 3))
        #expect(families["baton_omitted_series"]?.value() == 3)
    }

    @Test("a router shows each worker and each link, by name")
    func cluster() throws {
        let metrics = RouterMetrics(in: registry)
        var decode = WorkerFigures(worker: WorkerID(rawValue: "d1"), role: .decode)
        decode.waiting = 1
        decode.running = 2
        decode.queuedTokens = 3
        decode.blocks.running = 3
        decode.blocks.cached = 1
        decode.isDraining = true
        let prefill = WorkerFigures(worker: WorkerID(rawValue: "p1"), role: .prefill)
        metrics.mirror(
            workers: [prefill, decode],
            links: [link("p1", "d1", isDegraded: true), link("d1", "p1")]
        )
        let (worker, route) = (["worker": "d1"], ["from": "p1", "to": "d1"])
        let expected: [(String, [String: String], Double)] = [
            ("baton_workers", ["role": "decode"], 1), ("baton_workers", ["role": "prefill"], 1),
            ("baton_worker_requests_waiting", worker, 1), ("baton_worker_requests_running", worker, 2),
            ("baton_worker_queued_tokens", worker, 3), ("baton_worker_kv_usage_ratio", worker, 0.75),
            ("baton_worker_draining", worker, 1), ("baton_worker_draining", ["worker": "p1"], 0),
            ("baton_worker_kv_usage_ratio", ["worker": "p1"], 0),
            ("baton_link_bytes_per_second", route, 1e9), ("baton_link_share_bytes_per_second", route, 5e8),
            ("baton_link_round_trip_seconds", route, 0.002), ("baton_link_in_flight_bytes", route, 7),
            ("baton_link_degraded", route, 1), ("baton_link_degraded", ["from": "d1", "to": "p1"], 0),
            ("baton_paths", ["state": "degraded"], 1), ("baton_paths", ["state": "ok"], 1),
            ("baton_omitted_series", [:], 0),
        ]
        let families = try TextFormatParser(registry.text).families
        for (name, labels, value) in expected {
            #expect(families[name]?.value(labels) == value, "\(name) \(labels)")
        }
        metrics.mirror(workers: [prefill], links: [])
        #expect(!registry.text.contains("\"d1\""))
    }

    @Test("a router's workers and links are bounded too")
    func clusterBound() throws {
        let metrics = RouterMetrics(in: registry)
        let (workers, links) = (MetricLimits.workers + 2, MetricLimits.links + 5)
        metrics.mirror(
            workers: (0..<workers).map { WorkerFigures(worker: WorkerID(rawValue: "w\($0)"), role: .decode) },
            links: (0..<links).map { link("w\($0)", "d") }
        )
        let lines = registry.text.split(separator: "\n")
        #expect(lines.count { $0.hasPrefix("baton_worker_draining{") } == MetricLimits.workers)
        #expect(lines.count { $0.hasPrefix("baton_link_degraded{") } == MetricLimits.links)
        #expect(lines.contains("baton_workers{role=\"decode\"} \(workers)"))
        #expect(lines.contains("baton_omitted_series 7"))
    }
}
