import ServingTypes

/// The simulated language model: KV cells are tags chained over the tokens, tokens depend on every tag before
/// them.
///
/// The tag of a position is computed from the tag of the position before *as it is in memory*, and a sampled
/// token from all tags in memory: KV that is missing, stale or misplaced changes the output.
struct TokenModel: Sendable {
    /// Tokens are 0..<vocabularySize; token 0 ends an answer.
    static let vocabularySize: UInt64 = 24
    static let endToken: TokenID = 0

    let layerCount: Int

    /// The KV of one position in one layer.
    static func tag(layer: Int, previous: UInt64, token: TokenID) -> UInt64 {
        SplitMix64.mix(previous &+ UInt64(layer + 1) &* 0x9e37_79b9_7f4a_7c15 ^ UInt64(token) << 40)
    }

    /// What one cell adds to the digest of a context.
    static func share(of tag: UInt64, position: Int) -> UInt64 {
        SplitMix64.mix(tag &+ UInt64(position) &* 0xd6e8_feb8_6659_fd93)
    }

    /// Output token `index` after a context with this digest.
    static func sample(digest: UInt64, _ sampling: SamplingParameters, index: Int) -> TokenID {
        let counter = SplitMix64.mix(sampling.seed &+ UInt64(sampling.choiceIndex) << 32 &+ UInt64(index))
        return TokenID(SplitMix64.mix(digest ^ counter) % vocabularySize)
    }

    /// The right answer to a prompt, and the tags of prompt and answer: `[layer][position]`.
    func answer(
        to prompt: [TokenID],
        _ sampling: SamplingParameters,
        contextTokens: Int
    ) -> (output: [TokenID], finish: FinishReason, tags: [[UInt64]]) {
        var tags = [[UInt64]](repeating: [], count: layerCount)
        var digest: UInt64 = 0
        func append(_ token: TokenID) {
            for layer in 0..<layerCount {
                let tag = Self.tag(layer: layer, previous: tags[layer].last ?? 0, token: token)
                digest &+= Self.share(of: tag, position: tags[layer].count)
                tags[layer].append(tag)
            }
        }
        for token in prompt { append(token) }
        var output: [TokenID] = []
        while true {
            let token = Self.sample(digest: digest, sampling, index: output.count)
            let finish = sampling.finish(after: token, at: output.count)
            output.append(token)
            append(token)
            if let finish { return (output, finish, tags) }
            if prompt.count + output.count >= contextTokens { return (output, .length, tags) }
        }
    }
}
