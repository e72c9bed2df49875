import ServingTypes

/// What the cost model sees of one engine step.
public struct StepFootprint: Hashable, Sendable {
    /// What a step's time is made of.
    public enum Kind: Int, Hashable, Sendable, CaseIterable {
        case prefill, decode, mixed
    }

    /// New tokens of prompts: `Σu`.
    public var newTokens = 0
    /// Pairs of a new prompt token and a position that it sees: `Σ u·(c − u/2)`.
    public var attentionPairs = 0.0
    /// Sequences that add one token to what they hold.
    public var decodeCount = 0
    /// Tokens that those hold after the step: `Σc`.
    public var decodeContext = 0

    /// Nothing.
    public init() {}

    /// What a step computes; O(sequences).
    ///
    /// One token behind an existing context costs what a decode step costs, also where it ends a prompt.
    public init(_ entries: [StepPlan.Entry]) {
        for entry in entries {
            let position = entry.position - entry.droppedTokens
            if entry.tokens.count == 1, position > 0 {
                addDecode(contextTokens: position + 1)
            } else {
                addPrompt(newTokens: entry.tokens.count, contextTokens: position + entry.tokens.count)
            }
        }
    }

    /// Adds a prompt's share: `newTokens` of a context of `contextTokens`, those included.
    public mutating func addPrompt(newTokens count: Int, contextTokens: Int) {
        newTokens += count
        attentionPairs += Double(count) * (Double(contextTokens) - Double(count) / 2)
    }

    /// Adds a sequence that decodes and then holds `contextTokens`.
    public mutating func addDecode(contextTokens: Int) {
        decodeCount += 1
        decodeContext += contextTokens
    }

    /// Which of the model's parts take part; `nil` for an empty step.
    public var kind: Kind? {
        switch (newTokens > 0, decodeCount > 0) {
        case (true, true): .mixed
        case (true, false): .prefill
        case (false, true): .decode
        case (false, false): nil
        }
    }
}
