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

    private func value(_ name: String, _ labels: [String: String]) throws -> Double? {
        try TextFormatParser(registry.render()).families[name]?.value(labels)
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
        #expect(!registry.render().contains("\"d1\""))
        #expect(try value("baton_path_degraded", ["peer": "d2"]) == 0)
        metrics.mirror(paths: [path("d1", isDegraded: true)])
        #expect(try value("baton_path_degraded", ["peer": "d1"]) == 1)
        #expect(!registry.render().contains("\"d2\""))
    }

    @Test("peers are bounded: those shown stay, further ones are only counted, and none is dropped")
    func bound() throws {
        let metrics = WorkerMetrics(in: registry)
        let limit = PathGauges.peerLimit
        let early = (0..<limit).map { path("w\($0)") }
        metrics.mirror(paths: early)
        metrics.mirror(paths: [path("a")] + early)
        let families = try TextFormatParser(registry.render()).families
        #expect(families["baton_path_degraded"]?.samples.count == limit)
        #expect(try value("baton_path_degraded", ["peer": "a"]) == nil)
        #expect(try value("baton_paths", ["state": "ok"]) == Double(limit + 1))
        #expect(try value("baton_dropped_series_total", [:]) == 0)
        metrics.mirror(paths: [path("a")] + early.dropLast())
        #expect(try value("baton_path_degraded", ["peer": "a"]) == 0)
    }
}
