import ServingTypes

/// SentencePiece BPE: merges the characters of a text by the score of what they become.
///
/// Spaces are spelled "▁" in the vocabulary and plain here. Characters without a token are encoded byte by
/// byte. Text is taken as it stands, without Unicode normalization, as Llama's vocabularies ask.
/// Source: SentencePiece, `bpe_model.cc`; llama.cpp, `llm_tokenizer_spm`.
struct SentencePieceEncoder: Sendable {
    static let spaceMark: [UInt8] = [0xE2, 0x96, 0x81]

    /// The vocabulary's spellings, followed by characters that are only part of tokens.
    private let spellings: TokenSpellings
    private let index: SpellingIndex
    private let tokenCount: Int
    private let byteTokens: [UInt32]
    private let merges: PairTable
    /// Whether no token continues over the start of a word, so that words can be merged one by one.
    private let mergesWithinWords: Bool

    /// Prepares the merges of `vocabulary`, whose tokens spell `spellings`; text can become `mergeable` ones
    /// only.
    init(
        _ vocabulary: Vocabulary,
        spellings: TokenSpellings,
        index: SpellingIndex,
        mergeable: [Int]
    ) throws(TokenizerError) {
        tokenCount = spellings.count
        guard vocabulary.scores.count == tokenCount else {
            throw .tableLength(table: "scores", found: vocabulary.scores.count, tokens: tokenCount)
        }
        byteTokens = try Self.byteTokens(vocabulary)
        var (allSpellings, allIndex) = (spellings, index)
        for id in mergeable { Self.addCharacters(of: spellings[id], to: &allSpellings, &allIndex) }
        var merges = PairTable(capacity: 4 * tokenCount)
        for (id, rank) in zip(mergeable, Self.ranks(of: mergeable, vocabulary.scores)) {
            Self.addMerges(into: id, rank, allSpellings, allIndex, to: &merges)
        }
        self.merges = merges
        (self.spellings, self.index) = (allSpellings, allIndex)
        mergesWithinWords = mergeable.allSatisfy { !Self.continuesOverWords(spellings[$0]) }
    }

    /// Appends the tokens of `text`, valid UTF-8 without special tokens.
    func encode(_ text: UnsafeBufferPointer<UInt8>, into buffers: inout EncodingBuffers) {
        guard mergesWithinWords else { return encodeWord(text, into: &buffers) }
        var start = 0
        while start < text.count {
            var end = start
            while end < text.count, text[end] == 0x20 { end += 1 }
            while end < text.count, text[end] != 0x20 { end += 1 }
            buffers.append(UnsafeBufferPointer(rebasing: text[start..<end]), encode: encodeWord)
            start = end
        }
    }

    private func encodeWord(_ word: UnsafeBufferPointer<UInt8>, into buffers: inout EncodingBuffers) {
        buffers.symbols.removeAll(keepingCapacity: true)
        var offset = 0
        while offset < word.count {
            let end = offset + Self.characterLength(word[offset])
            let character = UnsafeBufferPointer(rebasing: word[offset..<end])
            buffers.symbols.append(index.token(character, in: spellings) ?? .max)
            offset = end
        }
        buffers.merger.merge(&buffers.symbols, by: merges)
        offset = 0
        for symbol in buffers.symbols {
            let isKnown = symbol != .max
            let length = isKnown ? spellings.range(Int(symbol)).count : Self.characterLength(word[offset])
            if isKnown, symbol < tokenCount {
                buffers.tokens.append(symbol)
            } else {
                for byte in word[offset..<offset + length] { buffers.tokens.append(byteTokens[Int(byte)]) }
            }
            offset += length
        }
    }
}

// MARK: - Preparation

extension SentencePieceEncoder {
    /// The byte that a byte token spells as `<0xHH>`.
    static func byte(spelledBy spelling: String) -> UInt8? {
        guard spelling.utf8.count == 6, spelling.hasPrefix("<0x"), spelling.hasSuffix(">") else { return nil }
        return UInt8(spelling.dropFirst(3).prefix(2), radix: 16)
    }

    private static func byteTokens(_ vocabulary: Vocabulary) throws(TokenizerError) -> [UInt32] {
        var tokens: [UInt32?] = Array(repeating: nil, count: 256)
        for (id, spelling) in vocabulary.tokens.enumerated() where vocabulary.type(of: TokenID(id)) == .byte {
            if let byte = byte(spelledBy: spelling), tokens[Int(byte)] == nil {
                tokens[Int(byte)] = TokenID(id)
            }
        }
        for (byte, token) in tokens.enumerated() where token == nil { throw .missingByteToken(UInt8(byte)) }
        return tokens.compactMap { $0 }
    }

    /// Equal scores get equal ranks, higher scores lower ones.
    private static func ranks(of tokens: [Int], _ scores: [Float]) -> [UInt32] {
        let order = tokens.indices.sorted {
            (-scores[tokens[$0]], $0) < (-scores[tokens[$1]], $1)
        }
        var ranks: [UInt32] = Array(repeating: 0, count: tokens.count)
        var rank: UInt32 = 0
        for (place, index) in order.enumerated() {
            if place > 0, scores[tokens[index]] != scores[tokens[order[place - 1]]] { rank += 1 }
            ranks[index] = rank
        }
        return ranks
    }

    /// Gives a symbol to each character that has no token of its own but is part of one.
    private static func addCharacters(
        of token: ArraySlice<UInt8>,
        to spellings: inout TokenSpellings,
        _ index: inout SpellingIndex
    ) {
        var start = token.startIndex
        while start < token.endIndex {
            let end = min(token.endIndex, start + characterLength(token[start]))
            if index.token(token[start..<end], in: spellings) == nil {
                spellings.append(token[start..<end])
                index.insert(spellings.count - 1, of: spellings)
            }
            start = end
        }
    }

    /// Every way to make a token of two symbols is a merge of the token's rank.
    private static func addMerges(
        into id: Int,
        _ rank: UInt32,
        _ spellings: TokenSpellings,
        _ index: SpellingIndex,
        to merges: inout PairTable
    ) {
        let token = spellings[id]
        guard let first = token.first else { return }
        var middle = token.startIndex + characterLength(first)
        while middle < token.endIndex {
            if let left = index.token(token[..<middle], in: spellings),
                let right = index.token(token[middle...], in: spellings)
            {
                _ = merges.insert(left, right, UInt64(rank) << 32 | UInt64(id))
            }
            middle += characterLength(token[middle])
        }
    }

    private static func continuesOverWords(_ token: ArraySlice<UInt8>) -> Bool {
        zip(token, token.dropFirst()).contains { $0 != 0x20 && $1 == 0x20 }
    }

    /// Bytes of the character that starts with `lead`.
    private static func characterLength(_ lead: UInt8) -> Int {
        lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
    }
}
