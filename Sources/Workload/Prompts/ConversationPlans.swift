import ServingTypes

/// The multi-turn chats of a run, each made when it is asked for: equal seeds give equal chats, in any order.
public struct ConversationPlans: Hashable, Sendable {
    /// Conversations that can be made.
    public let count: Int
    private let settings: ConversationSettings
    private let seed: UInt64

    /// Conversations as `settings` describe them.
    /// - Throws: ``WorkloadError`` for a number out of bounds, or turns without a token.
    public init(count: Int, settings: ConversationSettings, seed: UInt64) throws(WorkloadError) {
        try WorkloadError.require("conversation count", count, in: 0...LengthRange.limit)
        try WorkloadError.require("turn count", settings.turns.lowerBound, in: 1...10_000)
        try WorkloadError.require("turn count", settings.turns.upperBound, in: 1...10_000)
        try WorkloadError.require("system prompt length", settings.systemTokens, in: 0...LengthRange.limit)
        try WorkloadError.require("system prompt count", settings.systemCount, in: 1...LengthRange.limit)
        guard settings.wordsPerToken > 0, settings.wordsPerToken <= 16 else {
            throw .outOfRange("words per token", value: settings.wordsPerToken, allowed: 0...16)
        }
        guard settings.meanThinkTime >= .zero, settings.meanThinkTime <= .seconds(86_400) else {
            throw .outOfRange("think time", value: settings.meanThinkTime.inSeconds, allowed: 0...86_400)
        }
        guard settings.lengths.input.lowerBound >= 1 else {
            throw .emptyPrompts(shortest: settings.lengths.input.lowerBound)
        }
        (self.count, self.settings, self.seed) = (count, settings, seed)
    }

    /// Turns of conversation `index`, without making their text.
    public func turnCount(at index: Int) -> Int {
        precondition((0..<count).contains(index), "conversation \(index) of \(count)")
        var random = SplitMix64(seed: seed, stream: TokenStreamKind.turns.rawValue, index: UInt64(index))
        return random.int(in: settings.turns)
    }

    /// Conversation `index`, from 0.
    public func plan(at index: Int) -> ConversationPlan {
        let turns = (0..<turnCount(at: index)).map { turn(conversation: index, $0) }
        return ConversationPlan(system: system(at: index), turns: turns)
    }

    private func turn(conversation: Int, _ turn: Int) -> ConversationPlan.Turn {
        let place = UInt64(conversation) << 16 | UInt64(turn)
        var random = SplitMix64(seed: seed, stream: TokenStreamKind.lengths.rawValue, index: place)
        let lengths = settings.lengths.draw(&random)
        var pause = SplitMix64(seed: seed, stream: TokenStreamKind.thinkTime.rawValue, index: place)
        let seconds = turn == 0 ? 0 : pause.exponential() * settings.meanThinkTime.inSeconds
        return ConversationPlan.Turn(
            thinkTime: .fromSeconds(seconds),
            text: text(.body, place, lengths.promptTokens),
            inputTokens: lengths.promptTokens,
            outputTokens: lengths.outputTokens
        )
    }

    private func system(at index: Int) -> String? {
        guard settings.systemTokens > 0 else { return nil }
        var random = SplitMix64(
            seed: seed,
            stream: TokenStreamKind.prefixChoice.rawValue,
            index: UInt64(index)
        )
        return text(.prefix, UInt64(random.index(below: settings.systemCount)), settings.systemTokens)
    }

    private func text(_ kind: TokenStreamKind, _ index: UInt64, _ count: Int) -> String {
        var tokens: [TokenID] = []
        var stream = TokenStream(
            SplitMix64(seed: seed, stream: kind.rawValue, index: index),
            vocabulary: 0..<TokenID.max
        )
        stream.append(count, to: &tokens)
        return WordText.text(of: tokens, wordsPerToken: settings.wordsPerToken)
    }
}
