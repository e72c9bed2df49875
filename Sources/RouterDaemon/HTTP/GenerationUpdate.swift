public import ServingTypes

/// All that one choice has produced since its reader last asked.
public struct GenerationUpdate: Equatable, Sendable {
    /// How a choice ends.
    public enum End: Equatable, Sendable {
        /// An end token was sampled or the token limit was reached.
        case finished(FinishReason)
        /// The choice was refused or failed, and the router has given up retrying.
        case failed(ServingError)
    }

    /// New output tokens, in order; an end token is among them.
    public var tokens: [SampledToken] = []
    /// Prompt tokens that were found in a KV cache, once known.
    public var cachedTokens: Int?
    /// When it may be worth asking again; with a failure only.
    public var retryAfter: Duration?
    /// Set in the last update.
    public var end: End?

    /// Nothing new.
    public init() {}

    var isEmpty: Bool { tokens.isEmpty && cachedTokens == nil && end == nil }
}
