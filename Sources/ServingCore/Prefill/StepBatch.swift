import ServingTypes

/// Fills one step with chunks of prompts, laid end to end, up to limits of tokens and time.
struct StepBatch {
    private(set) var chunks: [PrefillChoice.Chunk] = []
    private(set) var tokens = 0
    private(set) var pairs = 0.0
    private let model: PrefillModel

    init(model: PrefillModel) { self.model = model }

    /// The time of the prompts' part of the step.
    var time: Duration { model.stepTime(tokens: tokens, pairs: pairs) }

    /// Whether a prompt takes part.
    func contains(_ index: Int) -> Bool { chunks.contains { $0.index == index } }

    /// Tokens of a prompt that fit under both limits.
    func room(for prompt: PromptCandidate, tokens limit: Int, time: Duration?) -> Int {
        var room = max(0, limit - tokens)
        if let time, model.isKnown {
            let fitting = model.tokens(within: time, besides: tokens, pairs: pairs, computed: prompt.computed)
            room = min(room, fitting)
        }
        return min(room, prompt.uncomputed)
    }

    /// Adds a chunk; none for less than one token.
    mutating func add(_ count: Int, of prompt: PromptCandidate, at index: Int) {
        guard count > 0 else { return }
        chunks.append(PrefillChoice.Chunk(index: index, tokens: count))
        tokens += count
        pairs += PrefillModel.pairs(tokens: count, computed: prompt.computed)
    }
}
