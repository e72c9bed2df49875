import ServingTypes
import Testing

@testable import Observability

@Suite struct MetricCatalogueTests {
    @Test("a router shows its table, every label's every value, from the start")
    func router() throws {
        let registry = PrometheusRegistry()
        _ = RouterMetrics(in: registry)
        try expect(registry, shows: MetricCatalogue.router)
    }

    @Test("a worker shows its table, every label's every value, from the start")
    func worker() throws {
        let registry = PrometheusRegistry()
        let metrics = WorkerMetrics(in: registry)
        let (open, closed) = MetricCatalogue.worker.partitioned { $0.label == .peer }
        #expect(open.count == 5)
        try expect(registry, shows: closed)
        // What has a label of the cluster's own values is shown once there are some.
        metrics.mirror(paths: [
            PathReport(peer: WorkerID(rawValue: "d1"), bytesPerSecond: 1, inFlightBytes: 0)
        ])
        try expect(registry, shows: MetricCatalogue.worker)
    }

    private func expect(_ registry: PrometheusRegistry, shows table: [MetricDescriptor]) throws {
        let families = try TextFormatParser(registry.render()).families
        #expect(families.keys.sorted() == table.map(\.name).sorted())
        for descriptor in table {
            let family = try #require(families[descriptor.name])
            #expect(family.type == descriptor.kind.name && family.help == descriptor.help)
            let values = Set(
                family.samples.compactMap { sample in descriptor.label.flatMap { sample.labels[$0.name] } }
            )
            let expected = descriptor.label == .peer ? ["d1"] : descriptor.label?.values ?? []
            #expect(values == Set(expected), "\(descriptor.name)")
            let wellNamed = descriptor.name.wholeMatch(of: /baton_[a-z0-9_]+[a-z0-9]/) != nil
            #expect(wellNamed && descriptor.name.hasSuffix("_total") == (descriptor.kind == .counter))
            #expect(descriptor.help.hasSuffix("."))
        }
    }

    @Test("bucket bounds rise")
    func bounds() {
        for descriptor in MetricCatalogue.router + MetricCatalogue.worker {
            guard case .histogram(let bounds) = descriptor.kind else { continue }
            #expect(zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 }, "\(descriptor.name)")
        }
        #expect(MetricBounds.values.first == 0.001 && MetricBounds.values.last == 5e9)
    }

    @Test("each total of a router's core arrives in its own series")
    func routerTotals() throws {
        let registry = PrometheusRegistry()
        let metrics = RouterMetrics(in: registry)
        var totals = RouterTotals()
        totals.submitted = 1
        totals.finished = 2
        totals.failed = 3
        totals.cancelled = 4
        totals.attempts = 5
        totals.failedAttempts = 6
        totals.refusals = 7
        totals.stale = 8
        totals.conflicts = 9
        totals.gaps = 10
        totals.violations = 11
        totals.lostWorkers = 12
        totals.lostReports = 13
        metrics.mirror(totals)
        metrics.errors[.deadline].add(14)
        metrics.workers[.decode].set(15)
        metrics.plans[.pair].add(16)
        metrics.plans[.whole].add(17)
        metrics.plans[.fetched].add(18)
        metrics.planCodecs[.q8].add(19)
        metrics.mirror(pathCount: 41, degradedCount: 20)
        let families = try TextFormatParser(registry.render()).families
        let expected: [(String, [String: String], Double)] = [
            ("baton_requests_received_total", [:], 1), ("baton_requests_total", ["outcome": "finished"], 2),
            ("baton_requests_total", ["outcome": "failed"], 3),
            ("baton_requests_total", ["outcome": "cancelled"], 4),
            ("baton_attempts_total", [:], 5), ("baton_failed_attempts_total", [:], 6),
            ("baton_refusals_total", [:], 7),
            ("baton_stale_messages_total", [:], 8),
            ("baton_inconsistent_messages_total", ["kind": "conflict"], 9),
            ("baton_inconsistent_messages_total", ["kind": "gap"], 10),
            ("baton_inconsistent_messages_total", ["kind": "violation"], 11),
            ("baton_lost_workers_total", [:], 12),
            ("baton_lost_load_reports_total", [:], 13), ("baton_errors_total", ["code": "deadline"], 14),
            ("baton_workers", ["role": "decode"], 15), ("baton_plans_total", ["kind": "pair"], 16),
            ("baton_plans_total", ["kind": "whole"], 17), ("baton_plans_total", ["kind": "fetched"], 18),
            ("baton_plan_codecs_total", ["codec": "q8"], 19),
            ("baton_plan_codecs_total", ["codec": "cachegen"], 0),
            ("baton_paths", ["state": "ok"], 21), ("baton_paths", ["state": "degraded"], 20),
        ]
        for (name, labels, value) in expected {
            #expect(families[name]?.value(labels) == value, "\(name) \(labels)")
        }
    }

    @Test("each total and gauge of a worker's core arrives in its own series")
    func workerTotals() throws {
        let registry = PrometheusRegistry()
        let metrics = WorkerMetrics(in: registry)
        var totals = WorkerTotals()
        totals.stale = 1
        totals.discardedChunks = 2
        totals.unauthorized = 3
        totals.hitTokens = 4
        totals.sentBytes = 5
        totals.receivedBytes = 6
        totals.wireBytes = 13
        totals.damagedChunks = 14
        totals.resentChunks = 15
        totals.fetches = 16
        totals.failedFetches = 17
        totals.servedFetches = 18
        totals.fetchedTokens = 19
        metrics.mirror(totals)
        metrics.mirror(lanes: 20)
        metrics.pathDegradations.add(21)
        var gauges = BlockGauges()
        gauges.free = 7
        gauges.cached = 8
        gauges.running = 9
        gauges.reserved = 10
        gauges.leased = 11
        gauges.quarantined = 12
        metrics.mirror(gauges)
        let families = try TextFormatParser(registry.render()).families
        let expected: [(String, [String: String], Double)] = [
            ("baton_stale_messages_total", [:], 1), ("baton_discarded_chunks_total", [:], 2),
            ("baton_unauthorized_messages_total", [:], 3), ("baton_prefix_hit_tokens_total", [:], 4),
            ("baton_kv_transfer_bytes_total", ["direction": "sent"], 5),
            ("baton_kv_transfer_bytes_total", ["direction": "received"], 6),
            ("baton_kv_blocks", ["state": "free"], 7),
            ("baton_kv_blocks", ["state": "cached"], 8), ("baton_kv_blocks", ["state": "running"], 9),
            ("baton_kv_blocks", ["state": "reserved"], 10), ("baton_kv_blocks", ["state": "leased"], 11),
            ("baton_kv_blocks", ["state": "quarantined"], 12), ("baton_kv_wire_bytes_total", [:], 13),
            ("baton_damaged_chunks_total", [:], 14), ("baton_resent_chunks_total", [:], 15),
            ("baton_kv_fetches_total", ["event": "begun"], 16),
            ("baton_kv_fetches_total", ["event": "failed"], 17),
            ("baton_kv_fetches_total", ["event": "served"], 18),
            ("baton_kv_fetched_tokens_total", [:], 19), ("baton_kv_lanes", [:], 20),
            ("baton_path_degradations_total", [:], 21),
        ]
        for (name, labels, value) in expected {
            #expect(families[name]?.value(labels) == value, "\(name) \(labels)")
        }
    }
}

extension Array {
    /// The elements that are so, and the others, both in order.
    fileprivate func partitioned(_ isSo: (Element) -> Bool) -> (so: [Element], others: [Element]) {
        (filter(isSo), filter { !isSo($0) })
    }
}
