import ServingTypes

/// An endless sequence of token ids that a seed names.
struct TokenStream {
    private var random: SplitMix64
    private let vocabulary: Range<TokenID>

    init(_ random: SplitMix64, vocabulary: Range<TokenID>) {
        self.random = random
        self.vocabulary = vocabulary
    }

    mutating func append(_ count: Int, to tokens: inout [TokenID]) {
        for _ in 0..<count {
            tokens.append(vocabulary.lowerBound + TokenID(random.index(below: vocabulary.count)))
        }
    }
}

/// Streams of one seed that must not be equal.
enum TokenStreamKind: UInt64 {
    case lengths = 1, prefixChoice, prefix, body, block, turns, thinkTime
}
