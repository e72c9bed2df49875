internal import ServingTypes

extension InferenceEngine {
    /// Checks what peers can get wrong by error, what the scheduler must get right by precondition.
    func validate(_ batch: [StepSequence], arena: KVArena) throws(EngineError) {
        guard arena.layout == layout else {
            throw .layoutMismatch(engine: layout, arena: arena.layout)
        }
        for sequence in batch {
            let end = sequence.endPosition
            precondition(!sequence.tokens.isEmpty && sequence.position >= 0, "a step needs a new token")
            precondition(sequence.rotaryOffset >= 0, "rotaryOffset is \(sequence.rotaryOffset)")
            let textTokens = end + sequence.rotaryOffset
            guard textTokens <= identity.contextTokens else {
                throw .contextExceeded(tokens: textTokens, contextTokens: identity.contextTokens)
            }
            precondition(
                sequence.table.count >= layout.blockCount(tokens: end),
                "\(sequence.table.count) blocks for \(end) tokens"
            )
            if let token = sequence.tokens.first(where: { Int($0) >= identity.vocabularyCount }) {
                throw .tokenOutOfVocabulary(token: token, vocabularyCount: identity.vocabularyCount)
            }
            if let problem = sequence.selection?.problem(in: sequence, layout: layout) {
                throw .selection(problem)
            }
        }
    }
}
