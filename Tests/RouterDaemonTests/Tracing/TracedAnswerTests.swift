import Observability
import Testing

@testable import RouterDaemon

/// What clients and the exporter get of a traced request.
@Suite struct TracedAnswerTests {
    private static let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    private static let parent = "00f067aa0ba902b7"
    private static let body = #"{"messages":[{"role":"user","content":"Hi"}]"#

    /// Serves one request; returns the answer and what was left for the exporter.
    private static func answer(
        _ body: String,
        headers: [String],
        ratio: Double = 0
    ) async throws -> (TestConnection.Answer, [RequestTimeline]) {
        let service = FakeService(model: try TestModel.served()) { call in
            call.source.yield(TestModel.tokens("ok"))
            call.source.finish(.length)
        }
        let metrics = TracingMetrics(in: PrometheusRegistry())
        let queue = TraceQueue(limit: 10, batch: 1, metrics: metrics)
        let (ports, sink) = AsyncStream<Int>.makeStream()
        let settings = HTTPServerSettings(port: 0)
        let server = try APIServer(
            settings: settings,
            terms: APITerms(settings),
            certificate: nil,
            service: service,
            version: "1",
            tracer: Tracer(sampler: TraceSampler(ratio: ratio), queue: queue),
            logger: TestServer.logger,
            onListening: { sink.yield($0) }
        )
        let answer = try await TestServer.serve(ports, { try await server.run() }) { port in
            try await TestConnection.open(port: port) { connection in
                try await connection.ask("POST", "/v1/chat/completions", body: body, headers: headers)
            }
        }
        if queue.openCount > 0 { for await _ in queue.wakes.prefix(1) {} }
        return (answer, queue.take(10))
    }

    @Test func `a sampled caller's trace goes on, whatever the ratio`() async throws {
        let headers = [
            "traceparent: 00-\(Self.trace)-\(Self.parent)-01", "tracestate: a=1", "tracestate: b=2",
        ]
        let (answer, timelines) = try await Self.answer(Self.body + "}", headers: headers)
        let timeline = try #require(timelines.first)
        #expect(answer.head.headers["traceparent"] == timeline.context.traceparent)
        #expect("\(timeline.context.traceID)" == Self.trace && timeline.context.state == "a=1,b=2")
        #expect(timeline.parent.map { "\($0)" } == Self.parent && timeline.parent != timeline.context.spanID)
        #expect(timeline.status == 200 && timeline.failure == nil && timeline.streamedAt == nil)
        let times = [timeline.arrivedAt, timeline.readAt, timeline.tokenizedAt, timeline.endedAt].compactMap {
            $0
        }
        #expect(times.count == 4 && times == times.sorted())
        #expect(timeline.request?.fields.model == "test/model" && timeline.request?.promptTokens ?? 0 > 0)
    }

    @Test func `a stream ends when its last byte is written`() async throws {
        let headers = ["traceparent: 00-\(Self.trace)-\(Self.parent)-01"]
        let (answer, timelines) = try await Self.answer(Self.body + ",\"stream\":true}", headers: headers)
        #expect(answer.body.hasSuffix("data: [DONE]\n\n"))
        let timeline = try #require(timelines.first)
        let (streamed, ended) = (try #require(timeline.streamedAt), try #require(timeline.endedAt))
        #expect(streamed <= ended && timeline.status == 200)
    }

    @Test func `an unsampled caller's trace is passed on and not kept`() async throws {
        let headers = ["traceparent: 00-\(Self.trace)-\(Self.parent)-00"]
        let (answer, timelines) = try await Self.answer(Self.body + "}", headers: headers, ratio: 1)
        let context = try #require(TraceContext(traceparent: answer.head.headers["traceparent"] ?? ""))
        #expect("\(context.traceID)" == Self.trace && !context.isSampled && timelines.isEmpty)
    }

    @Test(
        "without a valid caller a trace begins, kept by the ratio",
        arguments: [
            ([], 1.0), (["traceparent: nonsense"], 1),
            (["traceparent: 00-\(trace)-\(parent)-01", "traceparent: 00-\(trace)-\(parent)-01"], 1), ([], 0),
        ] as [([String], Double)]
    )
    func begins(headers: [String], ratio: Double) async throws {
        let (answer, timelines) = try await Self.answer(Self.body + "}", headers: headers, ratio: ratio)
        let context = try #require(TraceContext(traceparent: answer.head.headers["traceparent"] ?? ""))
        #expect(answer.head.status == 200 && "\(context.traceID)" != Self.trace && context.isRandom)
        #expect(context.isSampled == (ratio == 1) && timelines.count == (ratio == 1 ? 1 : 0))
        #expect(timelines.allSatisfy { $0.parent == nil })
    }

    @Test func `a wrong request has its span with what was wrong`() async throws {
        let (answer, timelines) = try await Self.answer(Self.body + ",\"n\":0}", headers: [], ratio: 1)
        let timeline = try #require(timelines.first)
        #expect(answer.head.status == 400 && timeline.status == 400 && timeline.failure?.param == "n")
        #expect(timeline.readAt != nil && timeline.tokenizedAt == nil)
    }
}
