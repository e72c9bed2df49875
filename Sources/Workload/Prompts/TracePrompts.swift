import ServingTypes

/// Prompts with the lengths and the shared prefixes of a recorded trace, and tokens of our own.
///
/// A block's identity is the seed of its tokens, so that equal leading identities are equal leading tokens.
/// What no identity covers is the request's own.
public struct TracePrompts: PromptSource {
    private let trace: Trace
    private let inputLimit: Int
    private let outputLimit: Int
    private let vocabulary: Range<TokenID>
    private let seed: UInt64

    /// Prompts for the records of `trace`, with token ids of `vocabulary`, which must not be empty.
    ///
    /// - Parameters:
    ///   - inputLimit: longer prompts are cut to so many tokens, at least 1: for models with a short context.
    ///   - outputLimit: longer answers are cut to so many tokens, at least 1.
    public init(
        _ trace: Trace,
        inputLimit: Int = LengthRange.limit,
        outputLimit: Int = LengthRange.limit,
        vocabulary: Range<TokenID>,
        seed: UInt64
    ) throws(WorkloadError) {
        try WorkloadError.require("input limit", inputLimit, in: 1...LengthRange.limit)
        try WorkloadError.require("output limit", outputLimit, in: 1...LengthRange.limit)
        try WorkloadError.require("vocabulary size", vocabulary.count, in: 1...Int(TokenID.max))
        (self.trace, self.vocabulary, self.seed) = (trace, vocabulary, seed)
        (self.inputLimit, self.outputLimit) = (inputLimit, outputLimit)
    }

    /// Records in the trace.
    public var count: Int { trace.records.count }

    /// How long request `index` is, after the limits.
    public func lengths(at index: Int) -> RequestLengths {
        let record = trace.records[index]
        return RequestLengths(
            promptTokens: min(record.inputTokens, inputLimit),
            outputTokens: min(record.outputTokens, outputLimit)
        )
    }

    /// Group and headers of the record.
    public func labels(at index: Int) -> RequestLabels { trace.records[index].labels }

    /// The prompt of request `index`, block by block.
    public func tokens(at index: Int) -> [TokenID] {
        let total = lengths(at: index).promptTokens
        var tokens: [TokenID] = []
        tokens.reserveCapacity(total)
        for block in trace.records[index].blockIDs where tokens.count < total {
            var stream = stream(.block, block)
            stream.append(min(trace.blockTokens, total - tokens.count), to: &tokens)
        }
        var rest = stream(.body, UInt64(index))
        rest.append(total - tokens.count, to: &tokens)
        return tokens
    }

    private func stream(_ kind: TokenStreamKind, _ index: UInt64) -> TokenStream {
        TokenStream(SplitMix64(seed: seed, stream: kind.rawValue, index: index), vocabulary: vocabulary)
    }
}
