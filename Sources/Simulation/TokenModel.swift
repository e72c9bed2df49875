import ServingTypes

/// The simulated language model: KV cells are tags chained over the tokens, tokens depend on every tag before
/// them.
///
/// The tag of a position is computed from the tag of the position before *as it is in memory*, and a sampled
/// token from all tags in memory: KV that is missing, stale or misplaced changes the output. One bit of a
/// tag says that it went through a lossy codec, or was computed from one that did; tokens do not depend on
/// it.
struct TokenModel: Sendable {
    /// What comes after some tokens.
    struct Answer: Sendable {
        var output: [TokenID]
        var finish: FinishReason
        /// The KV of the tokens and the output: `[layer][position]`.
        var tags: [[UInt64]]
    }

    /// Tokens are 0..<vocabularySize; token 0 ends an answer.
    static let vocabularySize: UInt64 = 24
    static let endToken: TokenID = 0
    /// The bit of a tag that makes it an approximation.
    static let lossyBit: UInt64 = 1

    let layerCount: Int

    /// The KV of one position in one layer.
    static func tag(layer: Int, previous: UInt64, token: TokenID) -> UInt64 {
        let chained = previous & ~lossyBit &+ UInt64(layer + 1) &* 0x9e37_79b9_7f4a_7c15 ^ UInt64(token) << 40
        return SplitMix64.mix(chained) & ~lossyBit
    }

    /// What one cell adds to the digest of a context.
    static func share(of tag: UInt64, index: Int) -> UInt64 {
        SplitMix64.mix(tag & ~lossyBit &+ UInt64(index) &* 0xd6e8_feb8_6659_fd93)
    }

    /// Output token `index` after a context with this digest, whose last token stands at a position.
    static func sample(digest: UInt64, _ sampling: SamplingParameters, index: Int, position: Int) -> TokenID {
        let choice = sampling.seed &+ UInt64(sampling.choiceIndex) << 32
        let counter = SplitMix64.mix(choice &+ UInt64(index) &+ UInt64(position) << 48)
        return TokenID(SplitMix64.mix(digest ^ counter) % vocabularySize)
    }

    /// The positions that a budget keeps of a longer prompt, ascending: the first, the last, and some in
    /// between.
    static func kept(of count: Int, _ budget: KVBudget) -> [Int] {
        let wanted = budget.tokens - budget.sinkTokens - budget.recentTokens
        let between = count - budget.sinkTokens - budget.recentTokens
        return Array(0..<budget.sinkTokens)
            + (0..<wanted).map { budget.sinkTokens + $0 * between / wanted }
            + Array(count - budget.recentTokens..<count)
    }

    /// The right answer to a prompt and the output so far; after its first token, it attends to what a
    /// budget keeps.
    func answer(
        to tokens: [TokenID],
        promptTokens: Int,
        _ sampling: SamplingParameters,
        contextTokens: Int,
        keeping budget: KVBudget? = nil
    ) -> Answer {
        var tags = [[UInt64]](repeating: [], count: layerCount)
        var digest: UInt64 = 0
        var length = 0
        func append(_ token: TokenID) {
            for layer in 0..<layerCount {
                let tag = Self.tag(layer: layer, previous: tags[layer].last ?? 0, token: token)
                digest &+= Self.share(of: tag, index: length)
                tags[layer].append(tag)
            }
            length += 1
        }
        for token in tokens { append(token) }
        var output: [TokenID] = []
        while true {
            let index = tokens.count - promptTokens + output.count
            let position = tokens.count + output.count - 1
            let token = Self.sample(digest: digest, sampling, index: index, position: position)
            if output.isEmpty, let budget, budget.tokens < tokens.count {
                let kept = Self.kept(of: tokens.count, budget)
                digest = tags.reduce(0) { $0 &+ Self.digest(of: $1, at: kept) }
                length = kept.count
            }
            output.append(token)
            append(token)
            if let finish = sampling.finish(after: token, at: index) {
                return Answer(output: output, finish: finish, tags: tags)
            }
            if tokens.count + output.count >= contextTokens {
                return Answer(output: output, finish: .length, tags: tags)
            }
        }
    }

    private static func digest(of tags: [UInt64], at positions: [Int]) -> UInt64 {
        positions.enumerated().reduce(0) { $0 &+ share(of: tags[$1.element], index: $1.offset) }
    }
}
