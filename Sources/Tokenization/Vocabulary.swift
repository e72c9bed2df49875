public import ServingTypes

/// A model's vocabulary as its file states it; ``Tokenizer`` makes it work.
///
/// The meaning of each part is that of the GGUF keys `tokenizer.ggml.*` and `tokenizer.chat_template`.
public struct Vocabulary: Equatable, Sendable {
    /// How text becomes tokens.
    public enum Model: String, Equatable, Sendable {
        /// Byte-level BPE with ranked merges: GPT-2 and most models since.
        case bytePairEncoding = "gpt2"
        /// SentencePiece BPE: merges ranked by score, bytes for what has no token: Llama 1 and 2, Mistral.
        case sentencePiece = "llama"
    }

    /// What a token is for; raw values are the format's own numbers.
    public enum TokenType: UInt8, Equatable, Sendable {
        case normal = 1, unknown, control, userDefined, unused, byte
    }

    /// How text becomes tokens.
    public var model: Model
    /// Name of the rule that splits text before merging; byte-level BPE only.
    public var preTokenizer: String?
    /// Spelling of each token: byte-level alphabet for BPE, "▁" for space for SentencePiece.
    public var tokens: [String]
    /// Merge priority of each token, higher first; SentencePiece only, else empty.
    public var scores: [Float]
    /// What each token is for; empty means that all are normal.
    public var types: [TokenType]
    /// Pairs of spellings joined by one space, best first; byte-level BPE only.
    public var merges: [String]
    /// Put before a text when `addsBegin`.
    public var beginToken: TokenID?
    /// Ends an answer, and is put after a text when `addsEnd`.
    public var endToken: TokenID?
    /// Further tokens that end an answer: end of turn, end of message.
    public var otherEndTokens: [TokenID]
    /// Whether encoding with special tokens starts with `beginToken`.
    public var addsBegin: Bool
    /// Whether encoding with special tokens ends with `endToken`.
    public var addsEnd: Bool
    /// Whether a space is put before a text; SentencePiece only.
    public var addsSpacePrefix: Bool
    /// The chat template in Jinja, as shipped with the model.
    public var chatTemplate: String?

    /// Takes the parts as they are; ``Tokenizer/init(_:)`` checks them.
    public init(
        model: Model,
        preTokenizer: String? = nil,
        tokens: [String],
        scores: [Float] = [],
        types: [TokenType] = [],
        merges: [String] = [],
        beginToken: TokenID? = nil,
        endToken: TokenID? = nil,
        otherEndTokens: [TokenID] = [],
        addsBegin: Bool = false,
        addsEnd: Bool = false,
        addsSpacePrefix: Bool = false,
        chatTemplate: String? = nil
    ) {
        self.model = model
        self.preTokenizer = preTokenizer
        self.tokens = tokens
        self.scores = scores
        self.types = types
        self.merges = merges
        self.beginToken = beginToken
        self.endToken = endToken
        self.otherEndTokens = otherEndTokens
        self.addsBegin = addsBegin
        self.addsEnd = addsEnd
        self.addsSpacePrefix = addsSpacePrefix
        self.chatTemplate = chatTemplate
    }

    /// What the token is for.
    public func type(of token: TokenID) -> TokenType {
        Int(token) < types.count ? types[Int(token)] : .normal
    }
}
