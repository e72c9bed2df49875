import Testing
import Tokenization

@Suite struct StopSequenceMatcherTests {
    static let rows: [(requirement: String, stops: [String], text: String, expected: String, stop: Int?)] = [
        ("without stops all passes", [], "abc", "abc", nil),
        ("an empty stop matches nothing", [""], "abc", "abc", nil),
        ("the text ends before the stop", ["cd"], "abcdef", "ab", 0),
        ("a start that comes to nothing is passed on", ["abcd"], "abcabcx", "abcabcx", nil),
        ("a stop may start within the start of another", ["abab", "bb"], "aababb", "a", 0),
        ("overlapping starts are not missed", ["aab"], "aaaab", "aa", 0),
        ("the stop that is complete first wins", ["bcde", "cd"], "abcde", "ab", 1),
        ("of stops that end together the longest wins", ["d", "bcd"], "abcd", "a", 1),
        ("what is held back comes out at the end", ["xyz"], "abxy", "abxy", nil),
        ("stops are compared by bytes, not by looks", ["e\u{301}"], "caf\u{E9}", "caf\u{E9}", nil),
        ("characters of several bytes are not divided", ["走る"], "接走者", "接走者", nil),
        ("a stop may be a line end", ["\n\n"], "a\nb\n\nc", "a\nb", 0),
    ]

    @Test(arguments: rows)
    func `the output does not depend on how the text is divided`(
        row: (requirement: String, stops: [String], text: String, expected: String, stop: Int?)
    ) {
        for seed in UInt64(0)..<20 {
            var generator = SeededGenerator(seed: seed)
            let (output, stop) = Self.run(row.stops, row.text, &generator)
            #expect(Array(output.utf8) == Array(row.expected.utf8), "\(row.requirement), seed \(seed)")
            #expect(stop == row.stop, "\(row.requirement), seed \(seed)")
        }
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func `random stops are found where a plain search finds them`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            let word = { (length: Int) in
                String((0..<length).map { _ in "abé".randomElement(using: &generator) ?? "a" })
            }
            let stops = (0..<3).map { _ in word(1 + Int(generator.next() % 4)) }
            let text = word(Int(generator.next() % 30))
            let (output, stop) = Self.run(stops, text, &generator)
            let expected = Self.search(stops, Array(text))
            #expect(output == expected.text && stop == expected.stop, "seed \(seed): \(stops) in \(text)")
        }
    }

    @Test func `only what could be the start of a stop is held back`() {
        var matcher = StopSequenceMatcher(stops: ["END", "\nUser:"])
        let pieces = ["one", " E", "N", "C", "\nUs", "e", "d", " EN", "D", "x"]
        let texts = pieces.map { matcher.append($0).text }
        #expect(texts == ["one", " ", "", "ENC", "", "", "\nUsed", " ", "", ""])
        #expect(matcher.stop == 0 && matcher.finish() == "")
    }

    private static func run(
        _ stops: [String],
        _ text: String,
        _ generator: inout SeededGenerator
    ) -> (String, Int?) {
        var matcher = StopSequenceMatcher(stops: stops)
        var output = ""
        var rest = Substring(text)
        while !rest.isEmpty {
            let piece = rest.prefix(Int.random(in: 1...4, using: &generator))
            rest = rest.dropFirst(piece.count)
            output += matcher.append(String(piece)).text
        }
        return (output + matcher.finish(), matcher.stop)
    }

    private static func search(_ stops: [String], _ text: [Character]) -> (text: String, stop: Int?) {
        for end in 0...text.count {
            let ending = stops.indices.filter { text[..<end].reversed().starts(with: stops[$0].reversed()) }
            guard let longest = ending.map({ stops[$0].count }).max() else { continue }
            let stop = ending.first { stops[$0].count == longest }
            return (String(text[..<(end - longest)]), stop)
        }
        return (String(text), nil)
    }
}
