internal import ModelFormat
internal import ServingTypes
internal import Tokenization

/// What null workers say of the model whose weights they do not have.
struct NullModel {
    let name: String
    let contextTokens: Int
    let vocabularyCount: Int
    let digest: Bytes128
    let layout: KVLayout
    /// Ordinary text.
    let answerTokens: [TokenID]

    /// Reads the identity of a GGUF file.
    init(path: String, blockTokens: Int) throws {
        let source = try VocabularySource.load(path: path)
        let shape = try ModelDescription(from: try GGUFFile.open(path: path))
        name = source.modelName
        contextTokens = source.contextTokens
        vocabularyCount = source.vocabulary.tokens.count
        digest = source.modelDigest
        layout = KVLayout(
            layerCount: shape.layerCount,
            kvHeadCount: shape.kvHeadCount,
            headDim: shape.headDim,
            type: .f16,
            blockTokens: blockTokens
        )
        let tokenizer = try Tokenizer(source.vocabulary)
        let text = " and then the other machine goes on with what it was given, word by word"
        answerTokens = tokenizer.encode(text, addSpecial: false, parseSpecial: false)
    }
}
