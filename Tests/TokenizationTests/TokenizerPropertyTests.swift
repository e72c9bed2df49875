import Testing

@testable import Tokenization

@Suite struct TokenizerPropertyTests {
    static let vocabularies = TokenizerGoldenTests.byteLevel + TokenizerGoldenTests.sentencePiece

    @Test(arguments: vocabularies, [UInt64(1), 2])
    func `any text comes back from its tokens`(name: String, seed: UInt64) throws {
        let tokenizer = try Tokenizer(Golden.tokenizer(name).vocabulary())
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<300 {
            let text = generator.text(maximumLength: 60)
            let tokens = tokenizer.encode(text, addSpecial: true, parseSpecial: false)
            // SentencePiece spells spaces "▁", so that the two cannot be told apart afterwards.
            let isSpaceMarked = tokenizer.vocabulary.model == .sentencePiece && text.contains("▁")
            guard !isSpaceMarked else { continue }
            #expect(tokenizer.decode(tokens) == text, "seed \(seed): \(text.debugDescription)")
        }
    }

    @Test(arguments: vocabularies, [UInt64(3), 4])
    func `joined pieces are the decoded whole, for any tokens`(name: String, seed: UInt64) throws {
        let tokenizer = try Tokenizer(Golden.tokenizer(name).vocabulary())
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<300 {
            let limit = UInt32(tokenizer.vocabulary.tokens.count) + 2
            // Half of the tokens are single bytes, so that most sequences are not UTF-8.
            let tokens = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
                UInt32.random(in: 0..<(generator.next() % 2 == 0 ? 260 : limit), using: &generator)
            }
            let (control, starts) = (generator.next() % 2 == 0, generator.next() % 2 == 0)
            let whole = tokenizer.decode(tokens, includesControl: control, startsText: starts)
            var stream = IncrementalDetokenizer(tokenizer, includesControl: control, startsText: starts)
            let joined = tokens.map { stream.append($0) }.joined() + stream.finish()
            #expect(Array(joined.utf8) == Array(whole.utf8), "seed \(seed): \(tokens)")
        }
    }

    @Test func `a character comes out when its last byte has come, not before`() throws {
        let tokenizer = try Tokenizer(Golden.tokenizer("sentencepiece-words").vocabulary())
        var stream = IncrementalDetokenizer(tokenizer)
        let bytes = Array("🏃x".utf8).map { UInt32($0) + 4 }  // <unk>, <s>, </s>, <tool>, then the bytes.
        #expect(bytes.map { stream.append($0) } == ["", "", "", "🏃", "x"])
        #expect(stream.append(4 + 0xE2) == "" && stream.finish() == "\u{FFFD}" && stream.finish() == "")
    }

    @Test func `control tokens are left out unless asked for, and never come from text`() throws {
        let tokenizer = try Tokenizer(Golden.tokenizer("qwen2").vocabulary())
        let text = "a<|im_end|>b"
        let parsed = tokenizer.encode(text, addSpecial: false, parseSpecial: true)
        let plain = tokenizer.encode(text, addSpecial: false, parseSpecial: false)
        #expect(tokenizer.decode(parsed) == "ab" && tokenizer.decode(parsed, includesControl: true) == text)
        #expect(tokenizer.decode(plain) == text && !plain.contains(where: tokenizer.isControl))
        let ends = tokenizer.endOfGenerationTokens
        #expect(ends.map { tokenizer.vocabulary.tokens[Int($0)] } == ["<|im_end|>"])
        #expect(parsed.filter(tokenizer.isEndOfGeneration) == ends)
    }

    @Test func `user-defined turn markers are control tokens all the same`() throws {
        for name in ["qwen2", "sentencepiece-words"] {
            var vocabulary = try Golden.tokenizer(name).vocabulary()
            vocabulary.tokens += ["<|im_stop|>", "</s", "<end_of_turn>"]
            vocabulary.types += [.userDefined, .normal, .userDefined]
            if !vocabulary.scores.isEmpty { vocabulary.scores += [0, 1, 2] }
            let tokenizer = try Tokenizer(vocabulary)
            let text = "<|im_stop|></s><end_of_turn>"
            let plain = tokenizer.encode(text, addSpecial: false, parseSpecial: false)
            #expect(!plain.contains(where: tokenizer.isControl), "\(name)")
            let parsed = tokenizer.encode(text, addSpecial: false, parseSpecial: true)
            #expect(parsed.filter(tokenizer.isControl).count >= 2, "\(name)")
        }
    }

    @Test(arguments: vocabularies)
    func `a long word takes no longer per byte, and merges as in pieces`(name: String) throws {
        let tokenizer = try Tokenizer(Golden.tokenizer(name).vocabulary())
        for word in ["a", "the", " ", "\n", "<|im_start", "走", "1"] {
            let text = String(repeating: word, count: 60_000 / word.utf8.count)
            let tokens = tokenizer.encode(text, addSpecial: false, parseSpecial: true)
            #expect(tokenizer.decode(tokens) == text, "\(word.debugDescription)")
        }
    }

    @Test(arguments: [UInt64(5), 6])
    func `short and long words merge in order of rank, then from left to right`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var table = PairTable(capacity: 64)
        for left in UInt32(0)..<12 {
            for right in UInt32(0)..<12 where generator.next() % 3 != 0 {
                let (rank, merged) = (generator.next() % 20, generator.next() % 12)
                let isNew = table.insert(left, right, rank << 32 | merged)
                #expect(isNew)
            }
        }
        var merger = PairMerger()
        for _ in 0..<200 {
            let word = (0..<Int.random(in: 0...120, using: &generator)).map { _ in
                UInt32.random(in: 0..<14, using: &generator)
            }
            var merged = word
            merger.merge(&merged, by: table)
            #expect(merged == Self.mergedNaively(word, table), "seed \(seed): \(word)")
        }
    }

    private static func mergedNaively(_ word: [UInt32], _ table: PairTable) -> [UInt32] {
        var symbols = word
        while true {
            let pairs = zip(symbols, symbols.dropFirst()).map { table[$0, $1] }
            let ranked = pairs.enumerated().filter { $1 != PairTable.none }
            guard let best = ranked.min(by: { ($0.1 >> 32, $0.0) < ($1.1 >> 32, $1.0) }) else {
                return symbols
            }
            symbols.replaceSubrange(best.0...best.0 + 1, with: [UInt32(truncatingIfNeeded: best.1)])
        }
    }
}
