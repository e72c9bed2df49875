public import ServingTypes

/// What an engine runs: the part of a worker's greeting that decides who may exchange KV with whom.
public struct EngineIdentity: Hashable, Sendable {
    /// Name that clients use, from the model's metadata or the profile.
    public var modelName: String
    /// Digest of the model: equal digests mean equal weights.
    public var modelDigest: Bytes128
    /// Names model, KV type and arithmetic; equal classes yield equal tokens, bit for bit.
    public var numericsClass: String
    /// Tokens in the vocabulary.
    public var vocabularyCount: Int
    /// Longest sequence, prompt and output together, in tokens.
    public var contextTokens: Int
    /// Tokens that end an answer.
    public var endTokens: [TokenID]

    /// Joins the parts.
    public init(
        modelName: String,
        modelDigest: Bytes128,
        numericsClass: String,
        vocabularyCount: Int,
        contextTokens: Int,
        endTokens: [TokenID]
    ) {
        self.modelName = modelName
        self.modelDigest = modelDigest
        self.numericsClass = numericsClass
        self.vocabularyCount = vocabularyCount
        self.contextTokens = contextTokens
        self.endTokens = endTokens
    }
}
