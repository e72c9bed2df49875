import Foundation
import Testing
import Tokenization

/// The golden files beside this one; `tools/golden_tokenizers.py` makes them.
enum Golden {
    struct Case: Decodable {
        var text: String
        var ids: [UInt32]
        var words: [String]
        var decoded: String
    }

    struct TokenizerFile: Decodable {
        var model: String
        var pre: String?
        var tokens: [String]
        var types: [UInt8]
        var scores: [Float]
        var merges: [String]
        var cases: [Case]

        func vocabulary() throws -> Vocabulary {
            Vocabulary(
                model: try #require(Vocabulary.Model(rawValue: model)),
                preTokenizer: pre,
                tokens: tokens,
                scores: scores,
                types: try types.map { try #require(Vocabulary.TokenType(rawValue: $0)) },
                merges: merges,
                addsSpacePrefix: model == "llama"
            )
        }
    }

    struct ChatCase: Decodable {
        struct Message: Decodable {
            var role: String
            var content: String
        }
        var name: String
        var template: String
        var messages: [Message]
        var text: String
    }

    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")

    static func tokenizer(_ name: String) throws -> TokenizerFile { try read(name + ".json") }

    static func read<Value: Decodable>(_ name: String) throws -> Value {
        try JSONDecoder().decode(Value.self, from: Data(contentsOf: folder.appending(path: name)))
    }
}

/// SplitMix64: a seed that is printed replays a failure.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
        return word ^ word >> 31
    }

    /// Text of characters of all kinds, with many spaces, line ends and marks.
    mutating func text(maximumLength: Int) -> String {
        var scalars = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...maximumLength, using: &self) {
            let range: ClosedRange<UInt32> =
                switch next() % 8 {
                case 0, 1, 2: 0x61...0x7A
                case 3: 0x20...0x20
                case 4: 0x00...0x40
                case 5: 0xA0...0x6FF
                case 6: 0x2000...0xD7FF
                default: 0x1F000...0x1FAFF
                }
            if let scalar = Unicode.Scalar(UInt32.random(in: range, using: &self)) { scalars.append(scalar) }
        }
        return String(scalars)
    }
}
