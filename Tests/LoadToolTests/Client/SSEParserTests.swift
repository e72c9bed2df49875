import ServingTypes
import Testing

@testable import LoadTool

@Suite struct SSEParserTests {
    @Test(arguments: [
        ("an event is the data before an empty line", "data: one\n\ndata: two\n\n", ["one", "two"]),
        (
            "lines may end with carriage return and line feed", "data: one\r\n\r\ndata: two\r\n\r\n",
            ["one", "two"]
        ),
        ("lines may end with a carriage return alone", "data: one\r\rdata: two\r\r", ["one", "two"]),
        ("several data lines are one event", "data: one\ndata: two\n\n", ["one\ntwo"]),
        (
            "one space after the colon does not belong to the data", "data:one\n\ndata:  two\n\n",
            ["one", " two"]
        ),
        (
            "comments and other fields are skipped", ": ping\n\nevent: x\nid: 7\ndata: one\nretry: 5\n\n",
            ["one"]
        ),
        ("an empty data line is an empty event", "data:\n\n", [""]),
        ("an event that does not end is none", "data: one\n\ndata: two\n", ["one"]),
    ])
    func `events are those of the standard`(requirement: String, text: String, expected: [String]) {
        #expect(Self.events([Array(text.utf8)]) == expected, "\(requirement)")
    }

    @Test func `any split of the bytes gives the same events`() {
        for seed in UInt64(0)..<300 {
            var random = SplitMix64(seed: seed)
            let bytes = Self.stream(&random)
            let whole = Self.events([bytes])
            #expect(Self.events(bytes.map { [$0] }) == whole, "seed \(seed), byte by byte")
            #expect(Self.events(Self.pieces(of: bytes, &random)) == whole, "seed \(seed)")
        }
    }

    @Test func `a line without end is refused at the limit`() {
        var parser = SSEParser()
        let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 16)
        let accepted = (0..<32).prefix { _ in piece.withUnsafeBytes { parser.feed($0) { _ in } } }.count
        #expect(accepted == SSEParser.eventLimit >> 16)
    }

    @Test func `a stream that ends inside an event says so`() {
        var parser = SSEParser()
        #expect(Array("data: one".utf8).withUnsafeBytes { parser.feed($0) { _ in } })
        #expect(parser.isInsideEvent)
        #expect(Array("\n\n".utf8).withUnsafeBytes { parser.feed($0) { _ in } })
        #expect(!parser.isInsideEvent)
    }

    /// Random lines of data, comments and nonsense, with every kind of line end.
    private static func stream(_ random: inout SplitMix64) -> [UInt8] {
        let starts = ["data: ", "data:", ":", "event: ", "", "data", "dat\u{E4}: "]
        let ends = ["\n", "\r\n", "\r"]
        return (0..<random.int(in: 1...40)).flatMap { _ in
            let body = String(repeating: "ä{}x ", count: random.int(in: 0...4))
            let start = starts[random.int(in: 0...starts.count - 1)]
            let isBlank = random.int(in: 0...2) == 0
            return Array(((isBlank ? "" : start + body) + ends[random.int(in: 0...2)]).utf8)
        }
    }

    private static func pieces(of bytes: [UInt8], _ random: inout SplitMix64) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = random.int(in: 0...min(30, rest.count))
            pieces.append(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        return pieces
    }

    private static func events(_ pieces: [[UInt8]]) -> [String] {
        var parser = SSEParser()
        var events: [String] = []
        for piece in pieces {
            let isSound = piece.withUnsafeBytes { bytes in
                parser.feed(bytes) { events.append(String(decoding: $0, as: UTF8.self)) }
            }
            #expect(isSound)
        }
        return events
    }
}
