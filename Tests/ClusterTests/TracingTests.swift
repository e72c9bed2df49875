import Foundation
import Testing

extension ClusterTests {
    /// The spans of a request reach the collector under its caller's trace.
    @Suite struct TracingTests {
        static let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
        static let parent = "00f067aa0ba902b7"

        /// A cluster whose router exports, and which a client has asked under the caller's trace.
        static func run(
            _ plan: ClusterPlan,
            _ body: (TestCluster, SpanCollector) throws -> Void
        ) throws {
            let collector = try SpanCollector()
            defer { collector.close() }
            var plan = plan
            plan.router["tracing.endpoint"] = collector.url
            plan.router["tracing.sample_ratio"] = "0"
            try TestCluster.run(plan) { try body($0, collector) }
        }

        static func call(_ promptTokens: Int, maxTokens: Int) -> GenerationCall {
            var call = GenerationCall.random(promptTokens, seed: 7, maxTokens: maxTokens)
            (call.name, call.traceparent) = ("traced", "00-\(trace)-\(parent)-01")
            return call
        }

        /// The trace, once it has come; each span lies within its parent.
        static func spans(_ collector: SpanCollector) throws -> [SpanCollector.Span] {
            let spans = try Polling.value("the spans have come") {
                let spans = try collector.spans(ofTrace: trace)
                return spans.isEmpty ? nil : spans
            }
            let byID = Dictionary(uniqueKeysWithValues: spans.map { ($0.spanId, $0) })
            #expect(byID.count == spans.count && spans[0].parentSpanId == parent)
            for span in spans {
                #expect(span.start <= span.end)
                guard let parent = span.parentSpanId.flatMap({ byID[$0] }) else {
                    #expect(span.spanId == spans[0].spanId)
                    continue
                }
                #expect(parent.start <= span.start && span.end <= parent.end, "\(span.name)")
            }
            return spans
        }

        @Test func `a handed-off request has a span per stage, and together they are the request`() throws {
            let pace = PacedPace(prefillToken: 0.000_5, decodeStep: 0.01)
            try Self.run(.separate(.paced(pace))) { cluster, collector in
                let client = try cluster.client
                _ = try client.generate(.random(20, seed: 1))  // Not sampled: nothing of it comes.
                let response = try client.send(Self.call(400, maxTokens: 20))
                #expect(response.status == 200)
                #expect(response.headers["traceparent"]?.hasPrefix("00-\(Self.trace)-") == true)
                let spans = try Self.spans(collector)
                let expected = [
                    "POST /v1/completions", "receive", "tokenize", "text_completion baton-tiny", "queue",
                    "attempt",
                    "first token", "prefill queue", "prefill", "KV transfer", "hand-off gap", "decode",
                ]
                #expect(spans.map(\.name) == expected)
                let named = Dictionary(spans.map { ($0.name, $0) }) { first, _ in first }
                let seconds = { (names: [String]) in names.reduce(0) { $0 + (named[$1]?.seconds ?? 0) } }
                let whole = spans[0].seconds
                let parts = seconds(["receive", "tokenize", "queue", "first token", "hand-off gap", "decode"])
                // What is left is between stages: hashing, writing the answer.
                #expect(parts <= whole + 1e-6 && parts > whole - 0.1, "\(parts) of \(whole)")
                #expect(seconds(["prefill"]) >= 0.2 && seconds(["decode"]) >= 0.15)
                #expect(seconds(["prefill queue", "prefill"]) <= seconds(["first token"]) + 1e-6)
                #expect(spans[0].count("gen_ai.usage.input_tokens") == 400)
                #expect(spans[0].count("gen_ai.usage.output_tokens") == 20)
                #expect(spans[0].count("http.response.status_code") == 200)
                let transfer = try #require(named["KV transfer"])
                #expect(transfer.text("baton.kv.path") == "prefill-1 -> decode-1")
                #expect(transfer.text("baton.kv.codec") == "raw" && transfer.count("baton.kv.bytes") ?? 0 > 0)
                #expect(spans.allSatisfy { $0.status.code == nil })
                try Polling.until("the export is counted") {
                    try cluster.metrics(of: cluster.router).value("baton_traces_exported_total") == 1
                }
                let dropped = try cluster.metrics(of: cluster.router).value("baton_traces_dropped_total")
                #expect(dropped == 0)
                let line = try cluster.router.waitForLog(
                    "request.ended",
                    "client_request",
                    contains: "traced"
                )
                #expect(line.fields["trace_id"] == Self.trace)
            }
        }

        @Test func `a resumed stream has a span per attempt, and is exported when the router stops`() throws {
            let slow = PacedPace(decodeStep: 0.02)
            try Self.run(.separate(.paced(slow), decode: 2)) { cluster, collector in
                let stream = try cluster.client.stream(Self.call(600, maxTokens: 40))
                try stream.waitForTokens(10)
                try cluster.busyWorker(.decode).kill()
                #expect(try stream.finish().only.tokens.count == 40)
                cluster.router.signal(SIGTERM)
                _ = try cluster.router.waitForEnd()
                let spans = try Self.spans(collector)
                let attempts = spans.filter { $0.name == "attempt" }
                #expect(attempts.map { $0.count("baton.attempt") } == [1, 2])
                #expect(attempts.map { $0.text("error.type") } == ["peer_lost", nil])
                #expect(attempts.map(\.status.code) == [2, nil] && spans[0].status.code == nil)
                for attempt in attempts {
                    let stages = spans.filter { $0.parentSpanId == attempt.spanId }.map(\.name)
                    #expect(stages == ["first token", "KV transfer", "hand-off gap", "decode"])
                }
                #expect(spans.last?.name == "stream" && spans[0].count("gen_ai.usage.output_tokens") == 40)
            }
        }
    }
}
