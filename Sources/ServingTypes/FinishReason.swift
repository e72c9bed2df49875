/// Why a choice ended normally; OpenAI's words.
public enum FinishReason: UInt8, Hashable, Sendable {
    /// An end token was sampled, or the router saw a stop string.
    case stop = 1
    /// `maxTokens` were produced.
    case length = 2
}
