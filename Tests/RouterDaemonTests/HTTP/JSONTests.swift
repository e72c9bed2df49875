import NIOCore
import Testing

@testable import RouterDaemon

@Suite struct JSONTests {
    static func parse(_ text: String) throws -> JSONValue {
        try Array(text.utf8).withUnsafeBytes { try JSONParser.parse($0) }
    }

    @Test(arguments: [
        (" null ", JSONValue.null),
        ("[true,false]", .array([.bool(true), .bool(false)])),
        ("[]", .array([])),
        ("{}", .object([:])),
        ("-0", .integer(0)),
        ("9223372036854775807", .integer(.max)),
        ("-9223372036854775808", .integer(.min)),
        ("9223372036854775808", .number(9_223_372_036_854_775_808)),
        ("1.5e-3", .number(0.0015)),
        ("1E2", .number(100)),
        (
            "{\"a\": {\"b\": [1, \"x\"]}}",
            .object(["a": .object(["b": .array([.integer(1), .string("x")])])])
        ),
        ("\"\"", .string("")),
        ("\"é😀\"", .string("é😀")),
        (#""\"\\\/\b\f\n\r\t""#, .string("\"\\/\u{8}\u{C}\n\r\t")),
        (#""\u00e9\uD83D\uDE00 e\u0301""#, .string("é😀 e\u{301}")),
        (#""a\u0000b""#, .string("a\0b")),
    ])
    func `valid documents are read exactly`(text: String, expected: JSONValue) throws {
        #expect(try Self.parse(text) == expected)
    }

    @Test(arguments: [
        "", " ", "nul", "tru e", "01", "-", "1.", ".5", "+1", "1e", "1e999", "[1,]", "[1 2]", "{\"a\"}",
        "{\"a\":1,}",
        "{a:1}", "{\"a\":1,\"a\":2}", "\"", "\"\n\"", #""\x""#, #""\u12g4""#, #""\ud800""#,
        #""\ud800\u0041""#,
        #""\udc00""#, "1 2", "[1]]", "NaN", "Infinity", "'a'", "//", "{\"a\":1}}",
        String(repeating: "[", count: 33) + String(repeating: "]", count: 33),
    ])
    func `invalid documents are refused`(text: String) {
        #expect(throws: JSONParseError.self) { try Self.parse(text) }
    }

    @Test func `bytes that are not UTF-8 are refused`() {
        let bytes: [UInt8] = [0x22, 0xC3, 0x28, 0x22]
        #expect(throws: JSONParseError(expectation: "valid UTF-8", offset: 1, isAtEnd: false)) {
            try bytes.withUnsafeBytes { try JSONParser.parse($0) }
        }
    }

    @Test func `an error says what stood where`() {
        #expect(throws: JSONParseError(expectation: "':'", offset: 5, isAtEnd: false)) {
            try Self.parse("{\"a\" 1}")
        }
        #expect(throws: JSONParseError(expectation: "',' or ']'", offset: 2, isAtEnd: true)) {
            try Self.parse("[1")
        }
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `what is written is read back`(seed: UInt64) throws {
        var generator = SplitMix(state: seed)
        let text = String(
            String.UnicodeScalarView(
                (0..<200).compactMap { _ in
                    Unicode.Scalar(
                        UInt32.random(
                            in: 0..<(generator.next() % 2 == 0 ? 128 : 0x11_0000),
                            using: &generator
                        )
                    )
                }
            )
        )
        let number = Int.random(in: .min ... .max, using: &generator)
        var writer = JSONWriter()
        writer.object { object in
            object.member("text", text)
            object.member(text, number)
            object.key("list")
            object.array { array in
                array.bool(true)
                array.null()
                array.object { _ in }
                array.logprob(-.infinity)
                array.logprob(-1.25e-7)
            }
        }
        let list: [JSONValue] = [.bool(true), .null, .object([:]), .number(-9_999), .number(-1.25e-7)]
        let expected: [String: JSONValue] = [
            "text": .string(text), text: .integer(number), "list": .array(list),
        ]
        #expect(try Self.parse(String(buffer: writer.buffer)) == .object(expected), "seed \(seed)")
    }
}

/// A generator whose seed tests can print.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
