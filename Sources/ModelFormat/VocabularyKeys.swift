import ServingTypes
import Tokenization

/// Reads `tokenizer.ggml.*` keys and checks them against each other.
struct VocabularyKeys {
    let file: GGUFFile
    private static let prefix = "tokenizer.ggml."

    init(file: GGUFFile) { self.file = file }

    func model() throws(GGUFError) -> Vocabulary.Model {
        let key = Self.prefix + "model"
        let name = try required(key, try file.metadata.string(key))
        guard let model = Vocabulary.Model(rawValue: name) else {
            let reason = "the vocabulary is of kind '\(name)'; only 'gpt2' (byte-level BPE) and 'llama' "
            throw file.failure(.unsupportedModel(reason: reason + "(SentencePiece BPE) are served"))
        }
        return model
    }

    func tokens() throws(GGUFError) -> [String] {
        let key = Self.prefix + "tokens"
        let tokens = try required(key, try file.metadata.strings(key))
        guard !tokens.isEmpty, tokens.count < 1 << 24 else {
            throw file.failure(.badValue(key: key, reason: "has \(tokens.count) tokens, not 1 to 16 million"))
        }
        return tokens
    }

    func scores(count: Int) throws(GGUFError) -> [Float] {
        let key = Self.prefix + "scores"
        let scores = try required(key, try file.metadata.floats(key))
        guard scores.count == count, scores.allSatisfy({ !$0.isNaN }) else {
            let reason = "has \(scores.count) numbers, some perhaps not numbers, for \(count) tokens"
            throw file.failure(.badValue(key: key, reason: reason))
        }
        return scores.map { Float($0) }
    }

    func types(count: Int) throws(GGUFError) -> [Vocabulary.TokenType] {
        let key = Self.prefix + "token_type"
        guard let raw = try file.metadata.integers(key) else { return [] }
        let types = raw.compactMap { UInt8(exactly: $0).flatMap(Vocabulary.TokenType.init(rawValue:)) }
        guard types.count == count else {
            throw file.failure(
                .badValue(key: key, reason: "has \(types.count) known types for \(count) tokens")
            )
        }
        return types
    }

    func merges() throws(GGUFError) -> [String] {
        let key = Self.prefix + "merges"
        return try required(key, try file.metadata.strings(key))
    }

    func token(_ name: String, tokenCount: Int) throws(GGUFError) -> TokenID? {
        let key = Self.prefix + name
        guard let value = try file.metadata.unsigned(key) else { return nil }
        guard value < UInt64(tokenCount) else {
            throw file.failure(.badValue(key: key, reason: "is \(value), but there are \(tokenCount) tokens"))
        }
        return TokenID(value)
    }

    func flag(_ name: String, default fallback: Bool) throws(GGUFError) -> Bool {
        try file.metadata.bool(Self.prefix + name) ?? fallback
    }

    private func required<Value>(_ key: String, _ value: Value?) throws(GGUFError) -> Value {
        guard let value else { throw file.failure(.missingKey(key)) }
        return value
    }
}
