import ArgumentParser
import Foundation
import ServingTypes
import Synchronization
import Testing

@testable import Benchmarks

/// Arguments, order and figures of the router benchmark.
@Suite struct RouterReportTests {
    @Test(arguments: [
        (["--seconds", "0"], "--seconds is 0"), (["--concurrency", "0"], "--concurrency is [0]"),
        (["--pairs", "0"], "--pairs is 0"), (["--workers", "65"], "--workers is 65"),
        (["--token-interval-us", "2000000"], "--token-interval-us is 2000000"),
        (["--direct", "80"], "need --target"), (["--target", "80"], "--target needs"),
        (["--kinds", "images"], "images"),
    ])
    func `it refuses what it cannot measure`(arguments: [String], sentence: String) {
        let error = #expect(throws: (any Error).self) { try RouterCommand.parse(arguments) }
        let text = error.map { RouterCommand.message(for: $0) } ?? ""
        #expect(text.contains(sentence), "\(text)")
    }

    @Test func `the decode worker speaks after the prefill worker, whichever was asked first`() {
        let pairs = NullPairs()
        let began = Mutex<[Int]>([])
        let attempts = (0..<3).map { number in
            AttemptID(request: RequestID(rawValue: Bytes128(high: 0, low: UInt64(number))), number: 1)
        }
        pairs.ready(attempts[0]) { began.withLock { $0.append(0) } }
        #expect(began.withLock { $0 } == [])
        pairs.handOff(attempts[0])
        #expect(began.withLock { $0 } == [0])
        pairs.handOff(attempts[1])
        pairs.ready(attempts[1]) { began.withLock { $0.append(1) } }
        #expect(began.withLock { $0 } == [0, 1])
        pairs.ready(attempts[2]) { began.withLock { $0.append(2) } }
        pairs.forget(attempts[2])
        pairs.handOff(attempts[2])
        #expect(began.withLock { $0 } == [0, 1])
    }

    @Test func `figures are medians over rounds, and added is routed less direct`() throws {
        var samples = RouterSamples()
        for added in [1.0, 9, 2] {
            let direct = ClosedLoop.Outcome(
                rate: 10,
                latencies: [1, 1, 1],
                firsts: [0.5, 0.5, 0.5],
                processorSeconds: 0
            )
            var routed = direct
            routed.latencies = routed.latencies.map { $0 + added }
            routed.firsts = routed.firsts.map { $0 + added / 2 }
            routed.processorSeconds = added * 3e-6
            samples.add(direct: direct, routed: routed, clients: 32)
            samples.addSaturated(routed)
        }
        let report = RouterReport(try RouterCommand.parse([]).options(), [.chatStream: samples])
        let text = try ReportText.json(report)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(object["tokens"] == nil)
        let kind = try #require(object["chat_stream"] as? [String: Any])
        let latency = try #require(kind["added_ms"] as? [String: [String: Double]])
        #expect(latency == ["32": ["p50": 2, "p99": 2]])
        #expect(kind["first_token_added_ms"] as? Double == 1)
        let cpu = try #require(kind["cpu_us_per_request"] as? Double)
        #expect(abs(cpu - 2) < 1e-9)
        let perCore = try #require(kind["requests_s_per_core"] as? Double)
        #expect(abs(perCore - 500_000) < 1)
        #expect(kind["requests_s"] as? Double == 10)
        #expect(report.text.contains("chat_stream"))
    }

    /// The whole, as an operator starts it: router, null workers and clients as processes of their own.
    @Test func `a router is measured`() throws {
        let folder = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
            .deletingLastPathComponent()
        let output = folder.appending(path: "router-bench-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: output) }
        let process = try BenchProcess(
            name: "bench",
            command: [
                folder.appending(path: "baton-bench").path, "router", "--json", "--pairs", "1", "--seconds",
                "0.2", "--concurrency", "1", "2", "--model",
                URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(
                    path: "../../../models/baton-tiny-q8_0.gguf"
                ).path,
            ],
            log: output
        )
        try process.finish(limit: 120)
        let report = try JSONDecoder().decode(RouterReport.self, from: Data(process.output.utf8))
        for kind in [report.tokens, report.completion, report.chatStream] {
            let kind = try #require(kind)
            #expect(kind.rate > 0 && kind.cpuMicroseconds > 0)
            #expect(Set(kind.added.keys) == ["1", "2"])
        }
    }
}
