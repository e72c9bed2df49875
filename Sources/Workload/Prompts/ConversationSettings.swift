import ServingTypes

/// What multi-turn chats look like.
public struct ConversationSettings: Hashable, Sendable {
    /// Turns of a conversation: how often its user writes; drawn evenly.
    public var turns: ClosedRange<Int>
    /// New user tokens and wanted answer tokens of each turn.
    public var lengths: LengthRange
    /// Tokens of the system prompt; 0 for none.
    public var systemTokens: Int
    /// How many different system prompts there are; each conversation draws one.
    public var systemCount: Int
    /// Mean time between an answer and the next turn; exponentially distributed, as a user's pauses are taken
    /// to be.
    public var meanThinkTime: Duration
    /// Words for each token: see ``WordText``.
    public var wordsPerToken: Double

    /// Conversations of equal length without pauses or a system prompt, unless said otherwise.
    public init(
        turns: ClosedRange<Int>,
        lengths: LengthRange,
        systemTokens: Int = 0,
        systemCount: Int = 1,
        meanThinkTime: Duration = .zero,
        wordsPerToken: Double = 1
    ) {
        self.turns = turns
        self.lengths = lengths
        self.systemTokens = systemTokens
        self.systemCount = systemCount
        self.meanThinkTime = meanThinkTime
        self.wordsPerToken = wordsPerToken
    }
}
