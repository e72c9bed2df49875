/// The shape of a Llama-family model, read from its metadata and checked against its tensor directory.
///
/// Source of the keys: ggml, docs/gguf.md; llama.cpp, `llm_load_hparams`.
public struct ModelDescription: Equatable, Sendable {
    /// `general.architecture`; always "llama" so far.
    public let architecture: String
    /// `general.name`, or the file's own name.
    public let name: String
    /// Positions the model was trained for.
    public let contextTokens: Int
    /// Transformer layers.
    public let layerCount: Int
    /// Width of the residual stream, in elements.
    public let embeddingWidth: Int
    /// Width of the feed-forward layer, in elements.
    public let feedForwardWidth: Int
    /// Query heads.
    public let headCount: Int
    /// Key and value heads; divides `headCount`.
    public let kvHeadCount: Int
    /// Elements of one head; even.
    public let headDim: Int
    /// Base of the rotary frequencies.
    ///
    /// Pairs are neighbours (2i, 2i+1): converters permute Q and K for that.
    public let ropeBase: Double
    /// How the frequencies are stretched.
    public let ropeScaling: RopeScaling
    /// Added to the mean square in RMS normalization.
    public let rmsEpsilon: Float
    /// Rows of the embedding and of the logits.
    public let vocabularyCount: Int
    /// Whether logits are computed with `token_embd.weight` because there is no `output.weight`.
    public let tiesEmbeddings: Bool

    /// Reads and checks the description of a whole model.
    ///
    /// - Throws: ``GGUFError`` when a key is missing or absurd, when the model is not of the Llama family or
    ///   uses a part of it that is not served (experts, sliding windows, other rope scaling), and for a
    ///   vocabulary file.
    public init(from file: GGUFFile) throws(GGUFError) {
        let reader = ModelKeys(file: file)
        architecture = try reader.architecture()
        guard !file.isVocabularyOnly else { throw file.failure(.vocabularyOnly) }
        try reader.refuseUnservedParts()
        name = try reader.modelName()
        contextTokens = try reader.count("context_length", limit: 1 << 28)
        layerCount = try reader.count("block_count", limit: 1 << 12)
        embeddingWidth = try reader.count("embedding_length", limit: 1 << 20)
        feedForwardWidth = try reader.count("feed_forward_length", limit: 1 << 22)
        headCount = try reader.count("attention.head_count", limit: 1 << 12)
        kvHeadCount = try reader.count("attention.head_count_kv", limit: 1 << 12, default: headCount)
        headDim = try reader.headDim(embeddingWidth: embeddingWidth, headCount: headCount)
        guard headCount.isMultiple(of: kvHeadCount) else {
            throw reader.bad(
                "attention.head_count_kv",
                "is \(kvHeadCount), which does not divide \(headCount) heads"
            )
        }
        ropeBase = try reader.positive("rope.freq_base", default: 10_000)
        rmsEpsilon = Float(try reader.positive("attention.layer_norm_rms_epsilon"))
        ropeScaling = try reader.ropeScaling(headDim: headDim)
        vocabularyCount = try reader.vocabularyCount(embeddingWidth: embeddingWidth)
        tiesEmbeddings = file.tensors["output.weight"] == nil
    }
}
