import ServingTypes

/// Random prompts of drawn lengths, each behind one of a few shared prefixes.
public struct SyntheticPrompts: PromptSource {
    /// Requests that can be made.
    public let count: Int
    private let range: LengthRange
    private let prefixTokens: Int
    private let prefixCount: Int
    private let vocabulary: Range<TokenID>
    private let seed: UInt64

    /// Prompts with token ids of `vocabulary`, which must not be empty.
    ///
    /// - Parameters:
    ///   - prefixTokens: length of the shared prefix (`--random-prefix-len`), added to the drawn length.
    ///   - prefixCount: how many different prefixes there are; each request draws one. At least 1.
    /// - Throws: ``WorkloadError`` for lengths out of bounds, or a shortest prompt without a token.
    public init(
        count: Int,
        lengths: LengthRange,
        prefixTokens: Int = 0,
        prefixCount: Int = 1,
        vocabulary: Range<TokenID>,
        seed: UInt64
    ) throws(WorkloadError) {
        try WorkloadError.require("request count", count, in: 0...LengthRange.limit)
        try WorkloadError.require("prefix length", prefixTokens, in: 0...LengthRange.limit)
        try WorkloadError.require("prefix count", prefixCount, in: 1...LengthRange.limit)
        try WorkloadError.require("vocabulary size", vocabulary.count, in: 1...Int(TokenID.max))
        let shortest = prefixTokens + lengths.input.lowerBound
        guard shortest >= 1 else { throw .emptyPrompts(shortest: shortest) }
        (self.count, range, self.vocabulary, self.seed) = (count, lengths, vocabulary, seed)
        (self.prefixTokens, self.prefixCount) = (prefixTokens, prefixCount)
    }

    /// How long request `index` is.
    public func lengths(at index: Int) -> RequestLengths {
        precondition((0..<count).contains(index), "request \(index) of \(count)")
        var random = random(.lengths, index)
        var lengths = range.draw(&random)
        lengths.promptTokens += prefixTokens
        return lengths
    }

    /// Which shared prefix request `index` has, from 0.
    public func prefix(at index: Int) -> Int {
        var random = random(.prefixChoice, index)
        return random.index(below: prefixCount)
    }

    /// The prompt of request `index`: its shared prefix, then tokens of its own.
    public func tokens(at index: Int) -> [TokenID] {
        let total = lengths(at: index).promptTokens
        var tokens: [TokenID] = []
        tokens.reserveCapacity(total)
        var prefix = TokenStream(random(.prefix, prefix(at: index)), vocabulary: vocabulary)
        prefix.append(prefixTokens, to: &tokens)
        var body = TokenStream(random(.body, index), vocabulary: vocabulary)
        body.append(total - prefixTokens, to: &tokens)
        return tokens
    }

    private func random(_ kind: TokenStreamKind, _ index: Int) -> SplitMix64 {
        SplitMix64(seed: seed, stream: kind.rawValue, index: UInt64(index))
    }
}
