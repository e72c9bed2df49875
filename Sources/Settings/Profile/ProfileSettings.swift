public import ServingTypes

/// A hardware profile of the paced engine: a model's KV shape and a machine's times, all in seconds.
///
/// A step takes `a + max(m, b·Σu) + d·Σ u·(c − u/2)` to prefill and `e + f·n + g·Σc` to decode, with `u` new
/// and `c` context tokens per sequence and `n` decoding sequences.
public struct ProfileSettings: Hashable, Sendable {
    /// Name of the profile.
    public var name = ""
    /// Name under which clients ask for the model.
    public var modelName = ""
    /// Transformer layers.
    public var layerCount = 1
    /// KV heads per layer.
    public var kvHeadCount = 1
    /// Elements per head.
    public var headDim = 1
    /// Number format of the KV cache.
    public var kvType = KVType.f16
    /// Longest sequence in tokens.
    public var contextTokens = 1
    /// Tokens in the vocabulary.
    public var vocabularyCount = 1
    /// Tokens that end an answer.
    public var endTokens: [TokenID] = []
    /// Lowest token that answers are made of.
    public var firstOutputToken: TokenID = 0
    /// How many tokens from ``firstOutputToken`` on answers are made of.
    public var outputTokenCount = 1
    /// Mean length of answers that end by themselves; `nil` when they end only at the client's limit.
    public var meanOutputTokens: Int?
    /// `a`: fixed cost of a step that prefills.
    public var prefillBaseSeconds = 0.0
    /// `m`: least time of a prefill's matrix work.
    public var prefillMemorySeconds = 0.0
    /// `b`: matrix work per new token.
    public var prefillTokenSeconds = 0.0
    /// `d`: attention per pair of new token and earlier position.
    public var prefillAttentionSeconds = 0.0
    /// `e`: fixed cost of a decode step.
    public var decodeBaseSeconds = 0.0
    /// `f`: cost per sequence in a decode step.
    public var decodeSequenceSeconds = 0.0
    /// `g`: cost per token of context in a decode step.
    public var decodeContextSeconds = 0.0

    init() {}
}
