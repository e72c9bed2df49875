import ServingTypes
public import Tokenization

extension Vocabulary {
    /// Reads the keys `tokenizer.ggml.*` and `tokenizer.chat_template`; touches no tensor.
    ///
    /// - Throws: ``GGUFError`` for a missing or contradictory key and for kinds of vocabulary that are not
    ///   known.
    public init(from file: GGUFFile) throws(GGUFError) {
        let keys = VocabularyKeys(file: file)
        let model = try keys.model()
        let isSentencePiece = model == .sentencePiece
        let tokens = try keys.tokens()
        let endOfTurn = try keys.token("eot_token_id", tokenCount: tokens.count)
        let endOfMessage = try keys.token("eom_token_id", tokenCount: tokens.count)
        self.init(
            model: model,
            preTokenizer: isSentencePiece ? nil : try file.metadata.string("tokenizer.ggml.pre"),
            tokens: tokens,
            scores: isSentencePiece ? try keys.scores(count: tokens.count) : [],
            types: try keys.types(count: tokens.count),
            merges: isSentencePiece ? [] : try keys.merges(),
            beginToken: try keys.token("bos_token_id", tokenCount: tokens.count),
            endToken: try keys.token("eos_token_id", tokenCount: tokens.count),
            otherEndTokens: [endOfTurn, endOfMessage].compactMap { $0 },
            addsBegin: try keys.flag("add_bos_token", default: isSentencePiece),
            addsEnd: try keys.flag("add_eos_token", default: false),
            addsSpacePrefix: try keys.flag("add_space_prefix", default: isSentencePiece) && isSentencePiece,
            chatTemplate: try file.metadata.string("tokenizer.chat_template")
        )
    }
}
