import Testing
import Tokenization

@Suite struct TokenizerErrorTests {
    static let rows: [(String, @Sendable (inout Vocabulary) -> Void, TokenizerError)] = [
        (
            "an unknown pre-tokenizer is named", { $0.preTokenizer = "tekken" },
            .unknownPreTokenizer("tekken")
        ),
        (
            "a vocabulary has tokens", { $0.tokens = [] },
            .tokenCount(0, limit: 1 << 24)
        ),
        (
            "types fit the tokens", { $0.types.removeLast() },
            .tableLength(table: "types", found: 704, tokens: 705)
        ),
        (
            "the end token exists", { $0.endToken = 705 },
            .tokenOutOfRange(name: "end", id: 705, tokens: 705)
        ),
        (
            "other end tokens exist", { $0.otherEndTokens = [3, 1_000] },
            .tokenOutOfRange(name: "end", id: 1_000, tokens: 705)
        ),
        (
            "an absurd token is refused", { $0.tokens[7] = String(repeating: "x", count: 5_000) },
            .tokenTooLong(id: 7, bytes: 5_000, limit: 4_096)
        ),
        (
            "every byte of UTF-8 has a token", { $0.tokens[0] = "zzz" },
            .missingByteToken(0x21)
        ),
        (
            "a merge makes a token", { $0.merges[2] = "q z" },
            .badMerge(index: 2, merge: "q z")
        ),
        (
            "a merge has two parts", { $0.merges[0] = "ab" },
            .badMerge(index: 0, merge: "ab")
        ),
    ]

    @Test(arguments: rows.indices)
    func `a vocabulary that cannot work is refused with a sentence`(row: Int) throws {
        let (requirement, damage, expected) = Self.rows[row]
        var vocabulary = try Golden.tokenizer("gpt-2").vocabulary()
        damage(&vocabulary)
        #expect(throws: expected, "\(requirement)") { try Tokenizer(vocabulary) }
        #expect("\(expected)".contains(": "), "\(requirement): \(expected)")
    }

    @Test func `a SentencePiece vocabulary needs scores and byte tokens`() throws {
        var vocabulary = try Golden.tokenizer("sentencepiece-words").vocabulary()
        let count = vocabulary.tokens.count
        vocabulary.scores = []
        #expect(throws: TokenizerError.tableLength(table: "scores", found: 0, tokens: count)) {
            try Tokenizer(vocabulary)
        }
        vocabulary.scores = Array(repeating: 0, count: count)
        vocabulary.types[4 + 0x41] = .normal
        #expect(throws: TokenizerError.missingByteToken(0x41)) { try Tokenizer(vocabulary) }
    }
}
