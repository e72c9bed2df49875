import ServingTypes

/// Byte-level BPE: splits text into words and merges the bytes of each by rank.
///
/// Source: GPT-2's `encoder.py`; Hugging Face tokenizers, `models/bpe`.
final class BytePairEncoder: Sendable {
    private let preTokenizer: PreTokenizer
    private let byteTokens: [UInt32]
    private let merges: PairTable
    private let spellings: TokenSpellings
    private let index: SpellingIndex

    /// Prepares the merges of `vocabulary`, whose tokens spell `spellings`.
    init(_ vocabulary: Vocabulary, spellings: TokenSpellings, index: SpellingIndex) throws(TokenizerError) {
        preTokenizer = try PreTokenizer(name: vocabulary.preTokenizer)
        self.spellings = spellings
        self.index = index
        byteTokens = try Self.byteTokens(spellings, index)
        var merges = PairTable(capacity: vocabulary.merges.count)
        for (rank, merge) in vocabulary.merges.enumerated() {
            guard let (left, right, merged) = Self.parse(merge, spellings, index) else {
                throw .badMerge(index: rank, merge: merge)
            }
            // Of equal merges the first, which is the better one, stands.
            _ = merges.insert(left, right, UInt64(rank) << 32 | UInt64(merged))
        }
        self.merges = merges
    }

    /// Appends the tokens of `text`, valid UTF-8 without special tokens.
    func encode(_ text: UnsafeBufferPointer<UInt8>, into buffers: inout EncodingBuffers) {
        var start = 0
        while start < text.count {
            let end = preTokenizer.wordEnd(start, in: text)
            buffers.append(UnsafeBufferPointer(rebasing: text[start..<end]), encode: encodeWord)
            start = end
        }
    }

    private func encodeWord(_ word: UnsafeBufferPointer<UInt8>, into buffers: inout EncodingBuffers) {
        if preTokenizer.takesWholeWords, let token = index.token(word, in: spellings) {
            return buffers.tokens.append(token)
        }
        buffers.symbols.removeAll(keepingCapacity: true)
        for byte in word { buffers.symbols.append(byteTokens[Int(byte)]) }
        buffers.merger.merge(&buffers.symbols, by: merges)
        buffers.tokens.append(contentsOf: buffers.symbols)
    }

    /// The token of each byte; bytes that UTF-8 never holds may lack one.
    private static func byteTokens(
        _ spellings: TokenSpellings,
        _ index: SpellingIndex
    ) throws(TokenizerError) -> [UInt32] {
        var tokens: [UInt32] = []
        for byte in UInt8.min...UInt8.max {
            let token = index.token(CollectionOfOne(byte), in: spellings)
            if token == nil, !(0xC0...0xC1).contains(byte), byte < 0xF5 { throw .missingByteToken(byte) }
            tokens.append(token ?? .max)
        }
        return tokens
    }

    /// Two spellings with one space between them; a space is never part of a spelling.
    private static func parse(
        _ merge: String,
        _ spellings: TokenSpellings,
        _ index: SpellingIndex
    ) -> (left: UInt32, right: UInt32, merged: UInt32)? {
        let parts = merge.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 2,
            let left = ByteAlphabet.bytes(spelledBy: parts[0]), !left.isEmpty,
            let right = ByteAlphabet.bytes(spelledBy: parts[1]), !right.isEmpty,
            let leftToken = index.token(left, in: spellings),
            let rightToken = index.token(right, in: spellings),
            let merged = index.token(left + right, in: spellings)
        else { return nil }
        return (leftToken, rightToken, merged)
    }
}
