/// How one choice of a request is sampled; all that a resumed attempt needs beside the tokens.
///
/// Token `i` of choice `c` is drawn with a counter-based generator keyed by `(seed, c, i)`, so the
/// draw does not depend on batch, worker or attempt.
public struct SamplingParameters: Hashable, Sendable {
    /// 0 means greedy: the most likely token, ties to the lower id.
    public var temperature: Float = 1
    /// Keeps the smallest set of most likely tokens whose probability reaches this, in 0…1.
    public var topP: Float = 1
    /// Keeps this many most likely tokens; 0 keeps all.
    public var topK: Int = 0
    /// Drops tokens below this fraction of the most likely token's probability, in 0…1.
    public var minP: Float = 0
    /// Subtracted from the logit of every token that the output already holds, in −2…2.
    public var presencePenalty: Float = 0
    /// Subtracted once per occurrence in the output, in −2…2.
    public var frequencyPenalty: Float = 0
    /// Added to the logits of single tokens, in −100…100; ascending by token.
    public var logitBias: [LogitBias] = []
    /// Key of the generator.
    public var seed: UInt64 = 0
    /// Which of the request's `n` choices this is, 0-based.
    public var choiceIndex: UInt32 = 0
    /// Most likely alternatives to report per token; `nil` reports no log probabilities at all.
    public var topLogprobs: Int?
    /// Output tokens after which the choice ends, at least 1.
    public var maxTokens: Int = 16
    /// Tokens that end the choice when sampled; empty when the client ignores the end of sequence.
    public var endTokens: [TokenID] = []

    /// OpenAI's defaults.
    public init() {}

    /// Whether the choice ends with `token` as output token `index`, and why.
    public func finish(after token: TokenID, at index: Int) -> FinishReason? {
        if endTokens.contains(token) { return .stop }
        return index + 1 >= maxTokens ? .length : nil
    }
}
