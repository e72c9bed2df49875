public import ServingTypes

/// Turns a stream of tokens into text, piece by piece.
///
/// A token may end in the middle of a character: the at most three bytes of it wait for the next token. The
/// pieces, joined, are exactly what ``Tokenizer/decode(_:includesControl:startsText:)`` makes of all tokens.
public struct IncrementalDetokenizer: Sendable {
    private let tokenizer: Tokenizer
    private let includesControl: Bool
    /// Whether a space at the start of the next piece was put there by encoding.
    private var dropsSpace: Bool
    private var tail: [UInt8] = []

    /// Starts a stream.
    ///
    /// - Parameters:
    ///   - tokenizer: of the model that the tokens come from.
    ///   - includesControl: whether control tokens appear by their spelling; else they are left out.
    ///   - startsText: whether the first token starts a text: then the space that encoding puts before a text
    ///     is left out (SentencePiece vocabularies only). An answer to a chat starts one.
    public init(_ tokenizer: Tokenizer, includesControl: Bool = false, startsText: Bool = true) {
        self.tokenizer = tokenizer
        self.includesControl = includesControl
        dropsSpace = startsText && tokenizer.vocabulary.addsSpacePrefix
    }

    /// The characters that `token` completes; empty while there are none.
    public mutating func append(_ token: TokenID) -> String {
        let bytes = tail + nextBytes(of: token)
        let complete = bytes.count - UTF8Tail.incompleteLength(bytes)
        tail = Array(bytes[complete...])
        return String(decoding: bytes[..<complete], as: UTF8.self)
    }

    /// What is left when no token follows: nothing, or U+FFFD for a character that was never completed.
    public mutating func finish() -> String {
        defer { tail = [] }
        return String(decoding: tail, as: UTF8.self)
    }

    /// The bytes that `token` adds to the text.
    mutating func nextBytes(of token: TokenID) -> ArraySlice<UInt8> {
        let isControl = tokenizer.isControl(token)
        guard includesControl || !isControl else { return [] }
        let bytes = tokenizer.bytes(of: token)
        guard dropsSpace, !bytes.isEmpty else { return bytes }
        dropsSpace = false
        let isPlain = !isControl && tokenizer.vocabulary.type(of: token) != .byte
        return isPlain && bytes.first == 0x20 ? bytes.dropFirst() : bytes
    }
}
