/// One multi-turn chat, decided before it begins.
public struct ConversationPlan: Hashable, Sendable {
    /// One message of the user and what it waits for.
    public struct Turn: Hashable, Sendable {
        /// Pause after the last answer, before this turn; zero for the first.
        public var thinkTime: Duration
        /// What the user writes.
        public var text: String
        /// Tokens that the text stands for.
        public var inputTokens: Int
        /// Tokens asked for in answer.
        public var outputTokens: Int
    }

    /// The system prompt; `nil` for none.
    public var system: String?
    /// The turns, at least one.
    public var turns: [Turn]
}
