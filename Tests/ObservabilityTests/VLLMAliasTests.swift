import ServingTypes
import Testing

@testable import Observability

@Suite struct VLLMAliasTests {
    @Test("vLLM's names are shown only when asked for, each by one kind of daemon")
    func choice() throws {
        let (router, worker) = (PrometheusRegistry(), PrometheusRegistry())
        _ = RouterMetrics(in: router)
        _ = WorkerMetrics(in: worker)
        #expect(!router.text.contains("vllm") && !worker.text.contains("vllm"))
        router.showVLLMNames(as: .router, model: "m")
        worker.showVLLMNames(as: .worker, model: "m")
        let shown = try [router, worker].map { registry in
            try TextFormatParser(registry.text).families.keys.filter { $0.hasPrefix("vllm:") }
        }
        #expect(Set(shown[0]).isDisjoint(with: shown[1]))
        #expect((shown[0] + shown[1]).sorted() == VLLMAlias.all.map(\.name).sorted())
        let wanted = [
            "time_to_first_token_seconds", "inter_token_latency_seconds",
            "request_time_per_output_token_seconds", "e2e_request_latency_seconds",
            "request_queue_time_seconds", "request_prefill_time_seconds", "request_decode_time_seconds",
            "num_requests_running", "num_requests_waiting", "kv_cache_usage_perc",
            "prefix_cache_queries_total", "prefix_cache_hits_total", "prompt_tokens_total",
            "generation_tokens_total", "request_success_total", "nixl_xfer_time_seconds",
            "nixl_bytes_transferred",
        ]
        for name in wanted { #expect(VLLMAlias.all.contains { $0.name == "vllm:" + name }, "\(name)") }
    }

    @Test("vLLM's buckets are some of ours, so that no count is guessed")
    func bounds() {
        for alias in VLLMAlias.all {
            guard case .histogram(let fine) = alias.source.kind else {
                #expect(alias.bounds == nil)
                continue
            }
            #expect(Set(fine).isSuperset(of: alias.bounds ?? [-1]), "\(alias.name)")
        }
    }

    @Test("values are those of the source, with model and engine")
    func values() throws {
        let registry = PrometheusRegistry()
        let metrics = RouterMetrics(in: registry)
        registry.showVLLMNames(as: .router, model: "tiny \"q8\"")
        metrics.requestsRunning.set(3)
        metrics.generationTokens.add(17)
        metrics.requestsEnded[.stop].add(5)
        metrics.requestsEnded[.clientGone].add(1)
        metrics.requestsEnded[.deadline].add(2)
        let labels = ["engine": "0", "model_name": "tiny \"q8\""]
        let families = try TextFormatParser(registry.text).families
        #expect(families["vllm:num_requests_running"]?.value(labels) == 3)
        #expect(families["vllm:generation_tokens_total"]?.value(labels) == 17)
        let success = families["vllm:request_success_total"]
        for (reason, count) in [("stop", 5), ("length", 0), ("abort", 3), ("error", 0)] {
            let labels = labels.merging(["finished_reason": reason]) { $1 }
            #expect(success?.value(labels) == Double(count), "\(reason)")
        }
        #expect(success?.samples.count == 4)
    }

    @Test("only what vLLM's metric counts is added up")
    func filters() throws {
        let registry = PrometheusRegistry()
        let metrics = WorkerMetrics(in: registry)
        registry.showVLLMNames(as: .worker, model: "m")
        metrics.transferSeconds[.received, .raw].observe(0.02)
        metrics.transferSeconds[.received, .q8].observe(0.3)
        metrics.transferSeconds[.sent, .raw].observe(7)
        metrics.partFailures[.checksum].add(2)
        metrics.partFailures[.peerLost].add(3)
        metrics.partFailures[.leaseExpired].add(4)
        metrics.partFailures[.engine].add(5)
        let families = try TextFormatParser(registry.text).families
        let labels = ["engine": "0", "model_name": "m"]
        #expect(families["vllm:nixl_num_failed_transfers_total"]?.value(labels) == 5)
        #expect(families["vllm:nixl_num_kv_expired_reqs_total"]?.value(labels) == 4)
        let times = try #require(families["vllm:nixl_xfer_time_seconds"]?.samples)
        let counts = times.filter { $0.name.hasSuffix("_bucket") }.map(\.value)
        #expect(counts == [0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2])
        #expect(times.first { $0.name.hasSuffix("_sum") }?.value == 0.32)
    }

    @Test("fewer buckets count as if they had been there from the start", arguments: 0..<50)
    func coarsening(seed: UInt64) {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        func next(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }
        let fine = (1...20).map { Double($0) }
        let coarse = fine.filter { _ in next(3) == 0 }
        let (ours, theirs) = (HistogramSeries(bounds: fine), HistogramSeries(bounds: coarse))
        for _ in 0..<200 {
            let value = Double(next(240)) / 10
            ours.observe(value)
            theirs.observe(value)
        }
        let made = PrometheusText.coarsened(ours.snapshot, from: fine, to: coarse)
        #expect(made.counts == theirs.snapshot.counts, "seed \(seed): \(coarse)")
        #expect(abs(made.sum - theirs.snapshot.sum) < 1e-6)
    }
}
