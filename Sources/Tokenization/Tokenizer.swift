public import ServingTypes

/// Turns text into a model's tokens and back.
///
/// Agrees token for token with the tokenizers the models were trained with, apart from Unicode normalization,
/// which is not applied. Any text can be encoded; decoding what was encoded gives the text back. Prepared
/// once, then shared: encoding and decoding change nothing. Preparing takes about a second for 150 000 tokens
/// at most.
public final class Tokenizer: Sendable {
    private enum Encoder: Sendable {
        case bytePair(BytePairEncoder)
        case sentencePiece(SentencePieceEncoder)
    }

    /// What it was made of.
    public let vocabulary: Vocabulary
    /// All tokens that end an answer, in ascending order.
    public let endOfGenerationTokens: [TokenID]

    private let encoder: Encoder
    private let special: SpecialTokens
    private let spellings: TokenSpellings
    private let isControl: [Bool]

    private static let tokenLimit = 1 << 24
    /// Keeps look-ups of special tokens and preparation from growing with the square of a token's length.
    private static let tokenByteLimit = 4096
    /// Spellings of control tokens that end an answer in published models.
    private static let endSpellings: Set<String> = [
        "<|im_end|>", "<|eot_id|>", "<|eom_id|>", "<|end|>", "<|end_of_text|>", "<|end_of_turn|>",
        "<|endoftext|>", "<end_of_turn>", "</s>", "<EOT>",
    ]

    /// Checks and prepares a vocabulary.
    ///
    /// - Throws: ``TokenizerError`` for an unknown pre-tokenizer, a missing byte token, a merge that makes no
    ///   token, or tables that do not fit each other.
    /// - Complexity: O(bytes of all tokens and merges), for SentencePiece times the length of a token.
    public init(_ vocabulary: Vocabulary) throws(TokenizerError) {
        try Self.check(vocabulary)
        self.vocabulary = vocabulary
        spellings = Self.spellings(vocabulary)
        var index = SpellingIndex(capacity: 2 * vocabulary.tokens.count)
        let mergeable = vocabulary.tokens.indices.filter { Self.isSpelledByText($0, vocabulary) }
        for id in mergeable { index.insert(id, of: spellings) }
        encoder =
            switch vocabulary.model {
            case .bytePairEncoding:
                .bytePair(try BytePairEncoder(vocabulary, spellings: spellings, index: index))
            case .sentencePiece:
                .sentencePiece(
                    try SentencePieceEncoder(
                        vocabulary,
                        spellings: spellings,
                        index: index,
                        mergeable: mergeable
                    )
                )
            }
        special = SpecialTokens(vocabulary)
        let isControl = vocabulary.tokens.indices.map { SpecialTokens.isControl(TokenID($0), vocabulary) }
        self.isControl = isControl
        let named = Set([vocabulary.endToken].compactMap { $0 } + vocabulary.otherEndTokens)
        endOfGenerationTokens = vocabulary.tokens.indices.map { TokenID($0) }.filter { token in
            let id = Int(token)
            return named.contains(token) || isControl[id] && Self.endSpellings.contains(vocabulary.tokens[id])
        }
    }

    /// Whether the token ends an answer.
    public func isEndOfGeneration(_ token: TokenID) -> Bool { endOfGenerationTokens.contains(token) }

    /// Whether the token steers the model and is not part of its text.
    public func isControl(_ token: TokenID) -> Bool { Int(token) < isControl.count && isControl[Int(token)] }

    /// The bytes a token stands for, which need not be whole characters; none for an id beyond the
    /// vocabulary.
    ///
    /// Of a control token, its spelling.
    public func bytes(of token: TokenID) -> ArraySlice<UInt8> {
        Int(token) < spellings.count ? spellings[Int(token)] : []
    }
}

// MARK: - Encoding

extension Tokenizer {
    /// The tokens of a text.
    ///
    /// - Parameters:
    ///   - text: any text, of any length below 2 GiB.
    ///   - addSpecial: puts the begin and end tokens around it that the vocabulary asks for.
    ///   - parseSpecial: recognizes control tokens by their spelling; never for text that a user wrote.
    /// - Complexity: O(n log n) in the length of the longest word, O(n) in the number of words.
    public func encode(_ text: String, addSpecial: Bool, parseSpecial: Bool) -> [TokenID] {
        encode([parseSpecial ? .control(text) : .text(text)], addSpecial: addSpecial)
    }

    /// The tokens of a prompt made of parts.
    ///
    /// Control tokens are recognized within control segments only. All other characters are encoded as if the
    /// parts were one text, as the reference implementations do.
    public func encode(_ segments: [PromptSegment], addSpecial: Bool) -> [TokenID] {
        var text: [UInt8] = []
        var ends: [Int] = []
        for segment in segments {
            text.append(contentsOf: segment.content.utf8)
            ends.append(text.count)
        }
        var buffers = EncodingBuffers(textBytes: text.count)
        if addSpecial, vocabulary.addsBegin, let begin = vocabulary.beginToken {
            buffers.tokens.append(begin)
        }
        text.withUnsafeBufferPointer { encode($0, segments, ends, into: &buffers) }
        if addSpecial, vocabulary.addsEnd, let end = vocabulary.endToken { buffers.tokens.append(end) }
        return buffers.tokens
    }

    private func encode(
        _ text: UnsafeBufferPointer<UInt8>,
        _ segments: [PromptSegment],
        _ ends: [Int],
        into buffers: inout EncodingBuffers
    ) {
        var plainStart = 0
        var index = 0
        for (segment, end) in zip(segments, ends) {
            let controlEnd = if case .control = segment { end } else { 0 }
            while index < end {
                guard !special.noneStarts(with: text[index]),
                    let match = special.longestMatch(at: index, in: text, controlEnd: controlEnd)
                else {
                    index += 1
                    continue
                }
                encodePlain(UnsafeBufferPointer(rebasing: text[plainStart..<index]), into: &buffers)
                buffers.tokens.append(match.token)
                (plainStart, index) = (match.end, match.end)
            }
        }
        encodePlain(UnsafeBufferPointer(rebasing: text[plainStart...]), into: &buffers)
    }

    /// Encodes a run between special tokens.
    private func encodePlain(_ text: UnsafeBufferPointer<UInt8>, into buffers: inout EncodingBuffers) {
        guard !text.isEmpty else { return }
        switch encoder {
        case .bytePair(let encoder): encoder.encode(text, into: &buffers)
        case .sentencePiece(let encoder):
            var spaced: [UInt8] = vocabulary.addsSpacePrefix ? [0x20] : []
            spaced.reserveCapacity(text.count + 1)
            Self.appendSpelling(text, to: &spaced)
            spaced.withUnsafeBufferPointer { encoder.encode($0, into: &buffers) }
        }
    }

    /// Appends bytes with "▁" turned into the space it stands for.
    private static func appendSpelling(_ bytes: some Collection<UInt8>, to spaced: inout [UInt8]) {
        for byte in bytes {
            spaced.append(byte)
            if byte == SentencePieceEncoder.spaceMark[2],
                spaced.suffix(3).elementsEqual(SentencePieceEncoder.spaceMark)
            {
                spaced.removeLast(3)
                spaced.append(0x20)
            }
        }
    }
}

// MARK: - Decoding

extension Tokenizer {
    /// The text of tokens; bytes that are not UTF-8 become U+FFFD.
    ///
    /// - Parameters:
    ///   - tokens: any ids; one beyond the vocabulary has no text.
    ///   - includesControl: whether control tokens appear by their spelling; else they are left out.
    ///   - startsText: whether the tokens are the start of a text rather than its continuation: then the
    ///     space that encoding put before it is left out (SentencePiece vocabularies only).
    public func decode(
        _ tokens: some Sequence<TokenID>,
        includesControl: Bool = false,
        startsText: Bool = true
    ) -> String {
        var detokenizer = IncrementalDetokenizer(
            self,
            includesControl: includesControl,
            startsText: startsText
        )
        var bytes: [UInt8] = []
        for token in tokens { bytes.append(contentsOf: detokenizer.nextBytes(of: token)) }
        return String(decoding: bytes, as: UTF8.self)
    }
}

// MARK: - Preparation

extension Tokenizer {
    private static func check(_ vocabulary: Vocabulary) throws(TokenizerError) {
        let count = vocabulary.tokens.count
        guard (1...tokenLimit).contains(count) else { throw .tokenCount(count, limit: tokenLimit) }
        guard vocabulary.types.isEmpty || vocabulary.types.count == count else {
            throw .tableLength(table: "types", found: vocabulary.types.count, tokens: count)
        }
        for (id, token) in vocabulary.tokens.enumerated() where token.utf8.count > tokenByteLimit {
            throw .tokenTooLong(id: id, bytes: token.utf8.count, limit: tokenByteLimit)
        }
        let named = [("begin", vocabulary.beginToken), ("end", vocabulary.endToken)]
        let others = vocabulary.otherEndTokens.map { ("end", TokenID?.some($0)) }
        for case (let name, .some(let id)) in named + others where Int(id) >= count {
            throw .tokenOutOfRange(name: name, id: id, tokens: count)
        }
    }

    /// The bytes each token stands for.
    private static func spellings(_ vocabulary: Vocabulary) -> TokenSpellings {
        var spellings = TokenSpellings()
        for (id, token) in vocabulary.tokens.enumerated() {
            switch (vocabulary.model, vocabulary.type(of: TokenID(id))) {
            case (.bytePairEncoding, .normal), (.bytePairEncoding, .unused), (.bytePairEncoding, .byte):
                spellings.append(ByteAlphabet.bytes(spelledBy: token) ?? Array(token.utf8))
            case (.sentencePiece, .byte):
                spellings.append(
                    SentencePieceEncoder.byte(spelledBy: token).map { [$0] } ?? Array(token.utf8)
                )
            case (.sentencePiece, .normal), (.sentencePiece, .unused), (.sentencePiece, .userDefined):
                var spelling: [UInt8] = []
                appendSpelling(token.utf8, to: &spelling)
                spellings.append(spelling)
            case (_, .control), (_, .unknown), (.bytePairEncoding, .userDefined):
                spellings.append(token.utf8)
            }
        }
        return spellings
    }

    /// Whether plain text can become the token.
    private static func isSpelledByText(_ id: Int, _ vocabulary: Vocabulary) -> Bool {
        switch (vocabulary.model, vocabulary.type(of: TokenID(id))) {
        case (_, .control), (_, .unknown), (_, .byte): false
        case (.sentencePiece, .userDefined): !SpecialTokens.isControl(TokenID(id), vocabulary)
        case (.sentencePiece, .normal), (.sentencePiece, .unused): true
        case (.bytePairEncoding, .userDefined), (.bytePairEncoding, .unused): false
        case (.bytePairEncoding, .normal): ByteAlphabet.bytes(spelledBy: vocabulary.tokens[id]) != nil
        }
    }
}
