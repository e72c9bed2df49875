/// What the prefill scheduler is doing, for metrics.
public struct PrefillFigures: Hashable, Sendable {
    /// Prompts with fewer tokens to compute are short.
    public var boundaryTokens: Int
    /// Length of the waiting window in force; zero without one.
    public var window: Duration
    /// Waiting windows opened since boot.
    public var windowCount: Int
    /// Steps that short prompts had the turn for, since boot.
    public var shortTurns: Int
    /// Steps that long prompts had the turn for, since boot.
    public var longTurns: Int
}
