import Testing

@testable import Tokenization

@Suite struct TokenizerGoldenTests {
    static let byteLevel = ["gpt-2", "llama-bpe", "qwen2", "smollm"]
    static let sentencePiece = ["sentencepiece-words", "sentencepiece-phrases"]

    @Test(arguments: byteLevel + sentencePiece)
    func `a text becomes the tokens of the reference implementation, and back its text`(name: String) throws {
        let golden = try Golden.tokenizer(name)
        let tokenizer = try Tokenizer(golden.vocabulary())
        #expect(golden.cases.count > 150)
        for row in golden.cases {
            let parsesSpecial = golden.model == "gpt2"  // SentencePiece itself never parses control tokens.
            let tokens = tokenizer.encode(row.text, addSpecial: false, parseSpecial: parsesSpecial)
            #expect(tokens == row.ids, "\(row.text.debugDescription)")
            let decoded = tokenizer.decode(row.ids)
            #expect(Array(decoded.utf8) == Array(row.decoded.utf8), "\(row.text.debugDescription)")
        }
    }

    @Test(arguments: byteLevel)
    func `words are split as the published pattern splits them`(name: String) throws {
        let golden = try Golden.tokenizer(name)
        let rule = try PreTokenizer(name: name)
        for row in golden.cases where !row.text.contains("<|im_") && !row.text.contains("<tool>") {
            let bytes = Array(row.text.utf8)
            var words: [String] = []
            bytes.withUnsafeBufferPointer { text in
                var start = 0
                while start < text.count {
                    let end = rule.wordEnd(start, in: text)
                    words.append(String(decoding: text[start..<end], as: UTF8.self))
                    start = end
                }
            }
            #expect(
                words.map { Array($0.utf8) } == row.words.map { Array($0.utf8) },
                "\(row.text.debugDescription)"
            )
        }
    }

    @Test(arguments: ["llama-bpe", "llama3", "llama-v3", "qwen2", "smollm", "gpt-2", "default"])
    func `known pre-tokenizer names are taken`(name: String) throws {
        var vocabulary = try Golden.tokenizer("gpt-2").vocabulary()
        vocabulary.preTokenizer = name
        #expect(try Tokenizer(vocabulary).encode("a b", addSpecial: false, parseSpecial: false).count >= 2)
    }
}
