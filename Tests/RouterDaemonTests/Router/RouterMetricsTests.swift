import Observability
import ServingTypes
import Testing

@testable import RouterDaemon
@testable import ServingCore

/// What a request that is over adds to the metrics.
@Suite struct RouterMetricsTests {
    let registry = PrometheusRegistry()

    /// Lines of the text format by their series.
    private func samples() -> [String: Double] {
        let lines = String(decoding: registry.render(), as: UTF8.self).split(separator: "\n")
        let pairs = lines.filter { !$0.hasPrefix("#") }.compactMap { line -> (String, Double)? in
            guard let space = line.lastIndex(of: " "), let value = Double(line[line.index(after: space)...])
            else { return nil }
            return (String(line[..<space]), value)
        }
        return Dictionary(uniqueKeysWithValues: pairs)
    }

    private static func record(_ outcome: RequestOutcome) -> RequestRecord {
        var report = StageReport()
        report.queue = .milliseconds(10)
        report.prefill = .milliseconds(200)
        report.transfer = .milliseconds(150)
        report.exposedTransfer = .milliseconds(30)
        report.decode = .milliseconds(400)
        report.hitTokens = 5
        let plan = PlacementPlan(
            prefill: RequestRecordTests.worker("p1"),
            decode: RequestRecordTests.worker("d1")
        )
        var record = RequestRecordTests.record(RequestRecordTests.request(1), plan: plan, report)
        record.outcome = outcome
        record.ttft = .milliseconds(250)
        record.gap = .milliseconds(50)
        record.elapsed = .milliseconds(650)
        record.attempts[0].placedAfter = .milliseconds(40)
        record.attempts[0].chosen.predictedTTFT = .milliseconds(300)
        record.attempts[0].chosen.predictedGap = .milliseconds(20)
        return record
    }

    @Test func `a complete answer counts in every latency and stage, and against its predictions`() throws {
        let metrics = RouterMetrics(in: registry)
        metrics.count(Self.record(.finished(.length)))
        let samples = samples()
        let times: [(String, Double)] = [
            ("hand_off_gap", 0.05), ("time_to_second_token", 0.3), ("time_per_output_token", 0.2),
            ("e2e_request_latency", 0.65), ("request_queue", 0.05), ("request_prefill", 0.2),
            ("request_transfer", 0.15), ("request_exposed_transfer", 0.03), ("request_decode", 0.4),
            ("time_to_first_token_prediction_error", 0.09), ("hand_off_gap_prediction_error", 0.03),
        ]
        for (name, seconds) in times {
            let sum = try #require(samples["baton_\(name)_seconds_sum"], "\(name)")
            #expect(abs(sum - seconds) < 1e-9, "\(name) is \(sum)")
            #expect(samples["baton_\(name)_seconds_count"] == 1, "\(name)")
        }
        let bias = try #require(samples["baton_time_to_first_token_prediction_bias_seconds"])
        #expect(abs(bias + 0.09) < 1e-9, "210 ms came for 300 ms")
        #expect(samples["baton_request_fetch_seconds_count"] == 0)
        #expect(samples["baton_prompt_tokens_total"] == 8 && samples["baton_request_prompt_tokens_sum"] == 8)
        #expect(samples["baton_request_generation_tokens_sum"] == 3)
        #expect(samples["baton_prefix_hit_tokens_total"] == 5)
        #expect(samples["baton_prefix_queried_tokens_total"] == 8)
        #expect(samples["baton_requests_ended_total{finish_reason=\"length\"}"] == 1)
    }

    @Test(arguments: [
        (RequestOutcome.finished(.stop), "stop", nil as String?), (.finished(.length), "length", nil),
        (.cancelled(.stopString), "stop", nil), (.cancelled(.clientGone), "client_gone", nil),
        (.cancelled(.deadline), "deadline", "deadline"), (.cancelled(.shutdown), "shutdown", "draining"),
        (.failed(ServingError(.peerLost, "gone")), "error", "peer_lost"),
    ])
    func `a request ends in one way, and only failures have a reason`(
        outcome: RequestOutcome,
        ending: String,
        reason: String?
    ) {
        let metrics = RouterMetrics(in: registry)
        metrics.count(Self.record(outcome))
        let samples = samples()
        let endings = samples.filter { $0.key.hasPrefix("baton_requests_ended_total") && $0.value > 0 }
        #expect(endings == ["baton_requests_ended_total{finish_reason=\"\(ending)\"}": 1])
        let failures = samples.filter { $0.key.hasPrefix("baton_request_failures_total") && $0.value > 0 }
        #expect(
            failures
                == (reason.map { ["baton_request_failures_total{reason=\"\($0)\"}": 1] } ?? [:])
        )
        let isComplete = ending == "stop" || ending == "length"
        #expect(samples["baton_e2e_request_latency_seconds_count"] == (isComplete ? 1 : 0))
    }

    @Test func `failed attempts count by reason, refusals do not, and what was retried proves no prediction`()
    {
        let metrics = RouterMetrics(in: registry)
        var record = Self.record(.finished(.stop))
        var failed = record.attempts[0]
        failed.failure = ServingError(.leaseExpired, "late")
        var refused = record.attempts[0]
        refused.failure = ServingError(.noCapacity, "full")
        refused.wasRefused = true
        record.attempts = [failed, refused] + record.attempts
        metrics.count(record)
        let samples = samples()
        let counted = samples.filter { $0.key.hasPrefix("baton_failed_attempts_total") && $0.value > 0 }
        #expect(counted == ["baton_failed_attempts_total{reason=\"lease_expired\"}": 1])
        #expect(samples["baton_time_to_first_token_prediction_error_seconds_count"] == 0)
        #expect(samples["baton_e2e_request_latency_seconds_count"] == 1)
    }

    @Test(arguments: [
        ("/v1/chat/completions", ClientRoute.chatCompletions), ("/v1/completions", .completions),
        ("/v1/models", .models), ("/v1/models/a/b", .model), ("/tokenize", .tokenize),
        ("/detokenize", .detokenize), ("/health", .health), ("/ready", .ready), ("/version", .version),
        ("/v1/models/", .other), ("/wp-login.php", .other), ("", .other),
    ])
    func `every path has a route, and unknown ones share one`(path: String, route: ClientRoute) {
        #expect(ClientRoute(Route(path: path)) == route)
        let metrics = RouterMetrics(in: registry)
        let before = samples().count
        metrics.count(route, status: 429)
        metrics.count(route, status: 299)
        let samples = samples()
        #expect(samples.count == before, "no request makes a series")
        let name = "baton_http_requests_total{route=\"\(route.rawValue)\",status="
        #expect(samples[name + "\"429\"}"] == 1 && samples[name + "\"other\"}"] == 1)
    }
}
