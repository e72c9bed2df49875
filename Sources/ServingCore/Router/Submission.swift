import ServingTypes

/// One choice of a client's request, ready to be placed.
public struct Submission: Sendable {
    /// Identity, random and never used again.
    public var request: RequestID
    /// The prompt, at least one token.
    public var promptTokens: [TokenID]
    /// How to sample; `maxTokens` is at least 1.
    public var sampling: SamplingParameters
    /// Key of the tenant's block hashes.
    public var hashKey: BlockHashKey
    /// Hashes of the prompt's full blocks, in order.
    public var blockHashes: [BlockHash]
    /// Random bits from which the grant of each attempt is derived.
    public var secret: Bytes128
    /// What may happen to its KV on the way, in every attempt.
    public var quality: KVQuality
    /// How it ranks among other requests.
    public var terms: ServiceTerms

    /// Collects a request.
    public init(
        request: RequestID,
        promptTokens: [TokenID],
        sampling: SamplingParameters,
        hashKey: BlockHashKey,
        blockHashes: [BlockHash],
        secret: Bytes128,
        quality: KVQuality = .exact,
        terms: ServiceTerms = ServiceTerms()
    ) {
        self.request = request
        self.promptTokens = promptTokens
        self.sampling = sampling
        self.hashKey = hashKey
        self.blockHashes = blockHashes
        self.secret = secret
        self.quality = quality
        self.terms = terms
    }
}
