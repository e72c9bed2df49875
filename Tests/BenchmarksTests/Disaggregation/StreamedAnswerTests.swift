import ServingTypes
import Testing

@testable import Benchmarks

/// Bytes of a stream, and the times that they mean.
@Suite struct StreamedAnswerTests {
    private static let head =
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"

    private static func chunk(_ text: String) -> String {
        String(text.utf8.count, radix: 16) + "\r\n" + text + "\r\n"
    }

    private static func event(_ count: Int, text: String) -> String {
        "data: {\"choices\":[{\"text\":\"\(text)\"}],\"usage\":{\"completion_tokens\":\(count)}}\n\n"
    }

    private static func time(_ milliseconds: Int) -> Timestamp {
        Timestamp(nanoseconds: 0) + .milliseconds(milliseconds)
    }

    @Test(arguments: [1, 2, 3, 7, 50, 1_000])
    func `events are found however the bytes are cut`(step: Int) throws {
        let text =
            Self.head + Self.chunk("data: one\n\ndata: tw") + Self.chunk("o\n\n")
            + Self.chunk("data: [DONE]\n\n")
            + "0\r\n\r\n"
        let bytes = Array(text.utf8)
        var reader = AnswerReader()
        for start in stride(from: 0, to: bytes.count, by: step) {
            #expect(!reader.isComplete)
            try reader.take(bytes[start..<min(start + step, bytes.count)], at: Self.time(start))
        }
        #expect(reader.isComplete && reader.status == 200)
        #expect(reader.events.map(\.data) == ["one", "two", "[DONE]"])
        // A time is that of the piece with the event's last byte.
        let end = text.utf8.count - "\n\n\r\n0\r\n\r\n".utf8.count + 1
        #expect(reader.events.last?.at == Self.time(end / step * step))
    }

    @Test func `a body of known length is kept whole`() throws {
        var reader = AnswerReader()
        try reader.take("HTTP/1.1 429 Too Many\r\ncontent-length: 4\r\n\r\nbusy".utf8, at: Self.time(0))
        #expect(reader.isComplete && reader.status == 429 && reader.body == Array("busy".utf8))
        #expect(throws: BenchFailure.self) { try reader.take("x".utf8, at: Self.time(0)) }
    }

    @Test(arguments: [
        "FTP 1\r\n", "HTTP/1.1 many\r\n", "HTTP/1.1 200 OK\r\nnonsense\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: -1\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nab\r\n",
    ])
    func `what is no answer is an error`(text: String) {
        #expect(throws: BenchFailure.self) {
            var reader = AnswerReader()
            try reader.take(text.utf8, at: Self.time(0))
        }
    }

    @Test(arguments: [
        ("one by one", [(1, 100), (2, 130), (3, 140)], 100, 30, 20, true),
        ("the second with the third", [(1, 100), (3, 130)], 100, 30, 15, false),
        ("all at once", [(3, 100)], 100, 0, 0, false),
    ])
    func `times are those at which tokens arrive`(
        requirement: String,
        arrivals: [(Int, Int)],
        ttft: Int,
        gap: Int,
        tpot: Int,
        isSeparate: Bool
    ) throws {
        var events = arrivals.map { count, at in
            let data = Self.event(count, text: "x").dropFirst(6).dropLast(2)
            return AnswerReader.Event(data: String(data), at: Self.time(at))
        }
        events.append(AnswerReader.Event(data: "[DONE]", at: Self.time(150)))
        let answer = try StreamedAnswer.read(sentAt: Self.time(0), events: events, tokenCount: 3)
        #expect(answer.ttft == .milliseconds(ttft) && answer.gap == .milliseconds(gap), "\(requirement)")
        #expect(answer.tt2t == .milliseconds(ttft + gap) && answer.isSeparate == isSeparate, "\(requirement)")
        #expect(answer.tpot == .milliseconds(tpot) && answer.text.count == arrivals.count, "\(requirement)")
        #expect(throws: BenchFailure.self) {
            try StreamedAnswer.read(sentAt: Self.time(0), events: events, tokenCount: 4)
        }
        #expect(throws: BenchFailure.self) {
            try StreamedAnswer.read(sentAt: Self.time(0), events: events.dropLast(), tokenCount: 3)
        }
    }
}
