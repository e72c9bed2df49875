import Foundation
import Observability
import ServingTypes
import Testing

@testable import RouterDaemon
@testable import ServingCore

/// Spans are a function of what is known of a finished request.
@Suite struct TimelineSpansTests {
    /// Beginning and end of each span in milliseconds after the arrival.
    private static func times(_ spans: [Span]) -> [String] {
        let depths = spans.reduce(into: [SpanID: Int]()) { depths, span in
            depths[span.context.spanID] = span.parent.flatMap { depths[$0] }.map { $0 + 1 } ?? 0
        }
        return spans.map { span in
            let (start, end) = (span.start - TestTimeline.unixArrival, span.end - TestTimeline.unixArrival)
            let indent = String(repeating: "  ", count: depths[span.context.spanID] ?? 0)
            let mark = span.failure == nil ? "" : " failed"
            return "\(indent)\(span.name) \(Double(start) / 1e6)...\(Double(end) / 1e6)\(mark)"
        }
    }

    @Test func `every stage of a resumed request has its span, inside the one it belongs to`() throws {
        let spans = try TestTimeline.finished().spans
        let expected = [
            "POST /v1/chat/completions 0.0...82.0", "  receive 0.0...1.0", "  tokenize 1.0...4.0",
            "  chat test/model 5.0...80.0", "    queue 5.0...7.0", "    attempt 7.0...40.0 failed",
            "      first token 7.0...27.0",
            // 16 of 20 ms are the worker's: two before, two after.
            "        prefill queue 9.0...13.0", "        prefill 13.0...25.0",
            // Verified 3 ms after the prefill's end, offered 10 ms before that.
            "      KV transfer 18.0...28.0", "      hand-off gap 27.0...33.0", "      decode 33.0...40.0",
            "    queue 40.0...42.0", "    attempt 42.0...80.0", "      first token 42.0...62.0",
            "        prefill queue 42.0...45.0", "        fetch 42.0...44.0", "        prefill 45.0...62.0",
            "      decode 62.0...80.0", "  stream 28.0...82.0",
        ]
        #expect(Self.times(spans) == expected)
        #expect(Set(spans.map(\.context.spanID)).count == spans.count)
        #expect(spans[0].parent == SpanID(rawValue: 0x00F0_67AA_0BA9_02B7) && spans[0].hasRemoteParent)
        #expect(spans.dropFirst().allSatisfy { !$0.hasRemoteParent && $0.kind == .internal })
        #expect(try TestTimeline.finished().spans == spans, "equal timelines make equal spans")
    }

    @Test func `a worker's stages that are longer than the router saw are cut off`() throws {
        var record = TestTimeline.record
        record.attempts[1].decodeReport?.queue = .milliseconds(15)
        record.attempts[1].decodeReport?.prefill = .milliseconds(30)
        let spans = try TestTimeline.finished([record]).spans
        let lines = Self.times(spans).map { $0.drop { $0 == " " } }
        #expect(lines.contains("prefill queue 42.0...57.0") && lines.contains("prefill 57.0...62.0"))
    }

    @Test func `what was never placed waited to its end`() throws {
        var record = TestTimeline.record
        record.attempts = []
        (record.ttft, record.gap, record.outputTokens) = (nil, nil, 0)
        record.outcome = .failed(ServingError(.noCapacity, "full"))
        var timeline = try TestTimeline.finished([record])
        (timeline.streamedAt, timeline.status) = (nil, 429)
        timeline.failure = APIError(ServingError(.noCapacity, "full"))
        let spans = timeline.spans
        let expected = [
            "POST /v1/chat/completions 0.0...82.0", "  receive 0.0...1.0", "  tokenize 1.0...4.0",
            "  chat test/model 5.0...80.0 failed", "    queue 5.0...80.0 failed",
        ]
        #expect(Self.times(spans) == expected, "a 429 is no failure of the server's span")
        #expect(spans[0].attributes.contains(SpanAttribute("error.type", "no_capacity")))
        #expect(spans[4].attributes.contains(SpanAttribute("error.type", "no_capacity")))
    }

    @Test func `a request that was refused unread is one span, failed when it is the server's fault`() throws
    {
        var timeline = try TestTimeline.finished([])
        (timeline.readAt, timeline.tokenizedAt, timeline.streamedAt, timeline.request) = (nil, nil, nil, nil)
        timeline.failure = .notReady
        #expect(Self.times(timeline.spans) == ["POST /v1/chat/completions 0.0...82.0 failed"])
    }

    /// After a wanted change, run once with `BATON_WRITE_GOLDEN=1` and review the difference.
    @Test func `the document is OTLP's JSON`() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Golden/trace.json")
        let document = OTLPDocument(instance: "r1", cluster: "lab", version: "1.2.3")
        let text = String(buffer: document.text(of: try TestTimeline.finished().spans))
        // One span per line.
        let lines = text.replacing("{\"traceId\"", with: "\n{\"traceId\"") + "\n"
        if ProcessInfo.processInfo.environment["BATON_WRITE_GOLDEN"] == "1" {
            try lines.write(to: file, atomically: true, encoding: .utf8)
        }
        #expect(try String(contentsOf: file, encoding: .utf8) == lines)
    }
}
