public import ServingTypes

/// What the paced engine imitates: a model's KV shape and a machine's times, as in `configs/profiles/`.
///
/// Every time is in seconds. Costs follow the router's cost model, so its predictions can be exact.
public struct PacedProfile: Hashable, Sendable {
    /// Name of the profile; part of the engine's digest.
    public var name: String
    /// Name under which clients ask for the model.
    public var modelName: String
    /// Transformer layers.
    public var layerCount: Int
    /// KV heads per layer.
    public var kvHeadCount: Int
    /// Elements per head; a head's bytes must be a multiple of 16.
    public var headDim: Int
    /// Number format of the KV cache.
    public var kvType: KVType
    /// Longest sequence in tokens.
    public var contextTokens: Int
    /// Tokens in the vocabulary.
    public var vocabularyCount: Int
    /// Tokens that end an answer.
    public var endTokens: [TokenID]
    /// Lowest token that answers are made of.
    public var firstOutputToken: TokenID
    /// How many tokens from ``firstOutputToken`` on answers are made of; end tokens among them are skipped.
    public var outputTokenCount: Int
    /// Mean length of answers that end by themselves; `nil` when they end only at the client's limit.
    public var meanOutputTokens: Int?
    /// `a`: fixed cost of a step that prefills.
    public var prefillBaseSeconds: Double
    /// `m`: least time of a prefill's matrix work: reading the weights once.
    public var prefillMemorySeconds: Double
    /// `b`: matrix work per new token.
    public var prefillTokenSeconds: Double
    /// `d`: attention per pair of new token and earlier position.
    public var prefillAttentionSeconds: Double
    /// `e`: fixed cost of a decode step.
    public var decodeBaseSeconds: Double
    /// `f`: cost per sequence in a decode step.
    public var decodeSequenceSeconds: Double
    /// `g`: cost per token of context in a decode step.
    public var decodeContextSeconds: Double

    /// Joins the numbers; ``PacedEngine`` checks them.
    public init(
        name: String,
        modelName: String,
        layerCount: Int,
        kvHeadCount: Int,
        headDim: Int,
        kvType: KVType,
        contextTokens: Int,
        vocabularyCount: Int,
        endTokens: [TokenID],
        firstOutputToken: TokenID,
        outputTokenCount: Int,
        meanOutputTokens: Int?,
        prefillBaseSeconds: Double,
        prefillMemorySeconds: Double,
        prefillTokenSeconds: Double,
        prefillAttentionSeconds: Double,
        decodeBaseSeconds: Double,
        decodeSequenceSeconds: Double,
        decodeContextSeconds: Double
    ) {
        self.name = name
        self.modelName = modelName
        self.layerCount = layerCount
        self.kvHeadCount = kvHeadCount
        self.headDim = headDim
        self.kvType = kvType
        self.contextTokens = contextTokens
        self.vocabularyCount = vocabularyCount
        self.endTokens = endTokens
        self.firstOutputToken = firstOutputToken
        self.outputTokenCount = outputTokenCount
        self.meanOutputTokens = meanOutputTokens
        self.prefillBaseSeconds = prefillBaseSeconds
        self.prefillMemorySeconds = prefillMemorySeconds
        self.prefillTokenSeconds = prefillTokenSeconds
        self.prefillAttentionSeconds = prefillAttentionSeconds
        self.decodeBaseSeconds = decodeBaseSeconds
        self.decodeSequenceSeconds = decodeSequenceSeconds
        self.decodeContextSeconds = decodeContextSeconds
    }

    /// Seconds of one step: its prefill part `a + max(m, b·Σu) + d·Σ u·(c − u/2)` plus its decode part
    /// `e + f·n + g·Σc`, where `u` counts new tokens and `c` the context after the step.
    ///
    /// A sequence that adds one token to an existing context decodes, any other prefills.
    public func stepSeconds(_ batch: [StepSequence]) -> Double {
        var (newTokens, pairs, decodeCount, decodeContext) = (0, 0.0, 0, 0)
        for sequence in batch {
            let (count, end) = (sequence.tokens.count, sequence.endPosition)
            if count == 1 && sequence.position > 0 {
                decodeCount += 1
                decodeContext += end
            } else {
                newTokens += count
                pairs += Double(count) * (Double(end) - Double(count) / 2)
            }
        }
        var seconds = 0.0
        if newTokens > 0 {
            let matrix = max(prefillMemorySeconds, prefillTokenSeconds * Double(newTokens))
            seconds += prefillBaseSeconds + matrix + prefillAttentionSeconds * pairs
        }
        if decodeCount > 0 {
            seconds += decodeBaseSeconds + decodeSequenceSeconds * Double(decodeCount)
            seconds += decodeContextSeconds * Double(decodeContext)
        }
        return seconds
    }

    /// What is wrong with the numbers, one sentence each, named as in the profile's file.
    public var problems: [String] {
        var problems: [String] = []
        func check(_ holds: Bool, _ problem: String) { if !holds { problems.append(problem) } }
        check(layerCount > 0, "layer_count is \(layerCount); use at least 1")
        check(kvHeadCount > 0, "kv_head_count is \(kvHeadCount); use at least 1")
        let headBytes = headDim * kvType.elementBytes
        check(headBytes > 0 && headBytes % 16 == 0, "a head has \(headBytes) bytes; use a multiple of 16")
        check(contextTokens > 0, "context_tokens is \(contextTokens); use at least 1")
        let (first, vocabulary) = (Int(firstOutputToken), vocabularyCount)
        let fits = outputTokenCount > 0 && outputTokenCount <= vocabulary - first
        check(fits, "output tokens \(first)…+\(outputTokenCount) do not fit the vocabulary of \(vocabulary)")
        let outside = endTokens.filter { Int($0) >= vocabulary }
        check(outside.isEmpty, "end_tokens \(outside) are outside the vocabulary of \(vocabulary)")
        let ends = Set(endTokens).filter { $0 >= firstOutputToken && Int($0) < first + outputTokenCount }
        check(!fits || ends.count < outputTokenCount, "every output token is an end token")
        if let mean = meanOutputTokens {
            check(
                mean > 0 && !endTokens.isEmpty,
                "mean_output_tokens is \(mean); use 1 or more and end_tokens"
            )
        }
        let times = [
            prefillBaseSeconds, prefillMemorySeconds, prefillTokenSeconds, prefillAttentionSeconds,
            decodeBaseSeconds, decodeSequenceSeconds, decodeContextSeconds,
        ]
        check(times.allSatisfy { $0 >= 0 && $0 < 3_600 }, "times must be in 0..<3600 seconds: \(times)")
        return problems
    }
}
