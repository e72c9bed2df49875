import NIOHTTP1
import Observability
import ServiceLifecycle
import Settings
import Testing

@testable import RouterDaemon

/// A router's exports meet collectors of every kind.
@Suite struct TraceExporterTests {
    private static func exporter(
        _ url: String,
        queue: TraceQueue,
        metrics: TracingMetrics,
        timeout: Duration = .seconds(20),
        _ pace: TraceExporter.Pace
    ) throws -> TraceExporter {
        var settings = TracingSettings()
        settings.timeout = timeout
        settings.headers = [TracingSettings.Header(name: "X-Key", value: "s3same")]
        return TraceExporter(
            queue: queue,
            endpoint: try CollectorEndpoint(url: url, settings: settings, version: "1.2.3"),
            document: OTLPDocument(instance: "r1", cluster: "lab", version: "1.2.3"),
            metrics: metrics,
            flushLimit: timeout,
            pace: pace,
            logger: TestServer.logger
        )
    }

    /// Nothing leaves before a batch is full or the end comes, and repetitions follow at once.
    private static let patient = TraceExporter.Pace(interval: .seconds(3_600), backoff: .milliseconds(1))

    /// Runs an exporter with so many finished requests, and stops it gracefully after `body`.
    private static func export(
        _ count: Int,
        to url: String,
        _ pace: TraceExporter.Pace = patient,
        timeout: Duration = .seconds(20),
        limit: Int = 100,
        _ body: () async throws -> Void = {}
    ) async throws -> TracingMetrics {
        let metrics = TracingMetrics(in: PrometheusRegistry())
        let queue = TraceQueue(limit: limit, batch: pace.batch, metrics: metrics)
        for _ in 0..<count {
            queue.begin()
            queue.add(try TestTimeline.finished())
        }
        let exporter = try exporter(url, queue: queue, metrics: metrics, timeout: timeout, pace)
        let group = ServiceGroup(services: [exporter], logger: TestServer.logger)
        async let run: Void = group.run()
        try await body()
        await group.triggerGracefulShutdown()
        try await run
        return metrics
    }

    @Test func `what is left at the end goes in one batch, to the path and with the headers asked for`()
        async throws
    {
        let collector = TestCollector([TestCollector.Answer()])
        let metrics = try await collector.run { try await Self.export(3, to: $0) }
        let export = try #require(collector.exports.first)
        #expect(collector.exports.count == 1 && export.uri == "/v1/traces")
        #expect(
            export.headers["Content-Type"] == ["application/json"] && export.headers["X-Key"] == ["s3same"]
        )
        #expect(export.body.matches(of: /"traceId"/).count == 60)
        #expect(
            metrics.exported.value == 3 && TraceLoss.allCases.allSatisfy { metrics.dropped[$0].value == 0 }
        )
    }

    @Test func `batches are cut by their size, and go when they are full`() async throws {
        let collector = TestCollector([TestCollector.Answer()])
        var pace = Self.patient
        pace.batch = 2
        let metrics = try await collector.run { url in
            try await Self.export(4, to: url, pace) {
                for await _ in collector.arrivals.prefix(2) {}
            }
        }
        #expect(collector.exports.map { $0.body.matches(of: /"traceId"/).count } == [40, 40])
        #expect(metrics.exported.value == 4)
    }

    @Test func `a busy collector is asked again, not before it wishes`() async throws {
        let busy = TestCollector.Answer(status: .serviceUnavailable, headers: ["Retry-After": "1"])
        let collector = TestCollector([
            busy, TestCollector.Answer(status: .badGateway), TestCollector.Answer(),
        ])
        let metrics = try await collector.run { try await Self.export(1, to: $0) }
        let times = collector.exports.map(\.at)
        #expect(times.count == 3 && times[0].duration(to: times[1]) >= .seconds(1))
        #expect(Set(collector.exports.map(\.body)).count == 1)
        #expect(metrics.exported.value == 1 && metrics.dropped[.exportFailed].value == 0)
    }

    @Test func `a collector that stays busy is asked so often and no more`() async throws {
        let collector = TestCollector([TestCollector.Answer(status: .tooManyRequests)])
        let metrics = try await collector.run { try await Self.export(2, to: $0) }
        #expect(collector.exports.count == Self.patient.tries)
        #expect(metrics.exported.value == 0 && metrics.dropped[.exportFailed].value == 2)
    }

    @Test func `a refusal is final`() async throws {
        let collector = TestCollector([TestCollector.Answer(status: .badRequest)])
        let metrics = try await collector.run { try await Self.export(1, to: $0) }
        #expect(collector.exports.count == 1 && metrics.dropped[.exportFailed].value == 1)
    }

    @Test func `spans that a collector leaves out are counted`() async throws {
        let body = #"{"partialSuccess":{"rejectedSpans":"7","errorMessage":"too old"}}"#
        let collector = TestCollector([TestCollector.Answer(body: body)])
        let metrics = try await collector.run { try await Self.export(1, to: $0) }
        #expect(metrics.exported.value == 1 && metrics.rejectedSpans.value == 7)
    }

    @Test func `nobody at the other end costs the traces and nothing else`() async throws {
        let collector = TestCollector([])
        let url = try await collector.run { $0 }
        let metrics = try await Self.export(2, to: url)
        #expect(metrics.dropped[.exportFailed].value == 2)
    }

    @Test(.timeLimit(.minutes(5)))
    func `a full queue drops, and a collector that never answers does not hold up the end`() async throws {
        let collector = TestCollector([nil])
        var pace = Self.patient
        (pace.batch, pace.settling) = (1, .zero)
        let metrics = try await collector.run { url in
            try await Self.export(5, to: url, pace, timeout: .milliseconds(300), limit: 2) {
                for await _ in collector.arrivals.prefix(1) {}
            }
        }
        #expect(metrics.dropped[.queueFull].value == 3)
        #expect(metrics.exported.value == 0)
        #expect(metrics.dropped[.shutdown].value + metrics.dropped[.exportFailed].value == 2)
    }

    @Test(
        arguments: [
            ("12", .seconds(12)), ("0", .zero), ("-1", nil), ("soon", nil), ("", nil),
            ("Sun, 06 Nov 1994 08:49:37 GMT", .seconds(7)), ("Sun, 06 Nov 1994 08:49:20 GMT", .zero),
            ("Sun, 06 Nov 1994 08:49:37 CET", nil), ("Sun, 06 Now 1994 08:49:37 GMT", nil),
        ] as [(String, Duration?)]
    )
    func retryAfter(text: String, expected: Duration?) {
        #expect(CollectorClient.wait(text, now: 784_111_770) == expected, "\(text)")
    }
}
