import ServingTypes
import Testing

extension ClusterTests {
    /// What real requests leave in the metrics of real daemons.
    @Suite struct MetricsTests {
        @Test func `every stage of handed-off requests is counted where it happened`() throws {
            var plan = ClusterPlan.separate(.paced(PacedPace()))
            plan.router["metrics.vllm_names"] = "true"
            plan.workers["metrics.vllm_names"] = "true"
            try TestCluster.run(plan) { cluster in
                let client = try cluster.client
                let count = 6
                for seed in 0..<count {
                    let call = GenerationCall.random(300, seed: UInt64(seed), maxTokens: 20)
                    #expect(try client.generate(call).only.tokens.count == 20)
                }
                #expect(try client.send("GET", "/nowhere").status == 404)
                try cluster.waitUntilIdle()
                try expectRouter(cluster, requests: count)
                try expectWorkers(cluster, requests: count)
            }
        }

        private func expectRouter(_ cluster: TestCluster, requests count: Int) throws {
            try Polling.until("the last request is counted") {
                let ended = try cluster.metrics(of: cluster.router).value("baton_requests_ended_total")
                return ended == Double(count)
            }
            let page = try cluster.metrics(of: cluster.router)
            let observed = [
                "time_to_first_token", "hand_off_gap", "time_to_second_token", "time_per_output_token",
                "e2e_request_latency", "request_queue", "request_prefill", "request_transfer",
                "request_exposed_transfer", "request_decode", "time_to_first_token_prediction_error",
                "hand_off_gap_prediction_error",
            ]
            for name in observed {
                #expect(page.value("baton_\(name)_seconds_count") == Double(count), "\(name)")
            }
            let expected: [(String, [String: String], Double)] = [
                ("baton_inter_token_latency_seconds_count", [:], Double(19 * count)),
                ("baton_generation_tokens_total", [:], Double(20 * count)),
                ("baton_prompt_tokens_total", [:], Double(300 * count)),
                ("baton_prefix_queried_tokens_total", [:], Double(300 * count)),
                ("baton_requests_ended_total", ["finish_reason": "length"], Double(count)),
                ("baton_http_requests_total", ["route": "/v1/completions", "status": "200"], Double(count)),
                ("baton_http_requests_total", ["route": "other", "status": "404"], 1),
                ("baton_plans_total", ["kind": "pair"], Double(count)),
                ("baton_attempts_total", [:], Double(count)), ("baton_retries_total", [:], 0),
                ("baton_request_failures_total", [:], 0), ("baton_workers", [:], 2),
                ("baton_build_info", [:], 1), ("baton_omitted_series", [:], 0),
                ("baton_worker_draining", ["worker": "decode-1"], 0),
                ("vllm:time_to_first_token_seconds_count", [:], Double(count)),
                ("vllm:request_success_total", ["finished_reason": "length"], Double(count)),
                ("vllm:generation_tokens_total", [:], Double(20 * count)),
            ]
            for (name, labels, value) in expected {
                #expect(page.value(name, labels) == value, "\(name) \(labels)")
            }
            let stages = ["request_queue", "request_prefill", "request_exposed_transfer", "request_decode"]
                .compactMap { page.value("baton_\($0)_seconds_sum") }.reduce(0, +)
            let total = try #require(page.value("baton_e2e_request_latency_seconds_sum"))
            #expect(stages > total / 2 && stages < total * 1.1, "\(stages) of \(total) s")
            let route = ["from": "prefill-1", "to": "decode-1"]
            #expect(page.value("baton_link_bytes_per_second", route) ?? 0 > 0)
            #expect(page.value("baton_certificate_expiry_timestamp_seconds") ?? 0 > 1.7e9)
        }

        private func expectWorkers(_ cluster: TestCluster, requests count: Int) throws {
            let prefill = try cluster.metrics(of: try cluster.worker("prefill-1"))
            let decode = try cluster.metrics(of: try cluster.worker("decode-1"))
            for (page, direction) in [(prefill, "sent"), (decode, "received")] {
                let labels = ["direction": direction, "codec": "raw"]
                #expect(page.value("baton_kv_transfer_seconds_count", labels) == Double(count))
                let bytes = try #require(page.value("baton_kv_transfer_bytes_total", labels))
                #expect(bytes > 0 && page.value("baton_kv_transfer_size_bytes_sum", labels) == bytes)
                #expect(page.value("baton_kv_transfer_bytes_total") == bytes, "nothing went the other way")
                #expect(page.value("baton_part_failures_total") == 0)
                #expect(page.value("baton_kv_leases") == 0 && page.value("baton_kv_usage_ratio") == 0)
            }
            #expect(prefill.value("baton_prefix_queried_tokens_total") == Double(300 * count))
            #expect(decode.value("vllm:nixl_xfer_time_seconds_count") == Double(count))
            #expect(prefill.value("vllm:nixl_xfer_time_seconds_count") == 0)
            #expect(prefill.value("vllm:prefix_cache_queries_total") == Double(300 * count))
            #expect(prefill.value("vllm:num_requests_running") == nil, "the router's, so that sums are right")
        }
    }
}
