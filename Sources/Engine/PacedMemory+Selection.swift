internal import ServingTypes

extension PacedMemory {
    /// Copies what a selection keeps of one layer: the paced engine has no attention, so all heads keep the
    /// first tokens, the last ones, and others evenly spread between them.
    func select(_ selection: KVSelection, layer: Int, of sequence: StepSequence) {
        let candidates = selection.candidates(promptTokens: sequence.endPosition)
        let scored = (0..<selection.scoredTokens).map {
            candidates.lowerBound + $0 * candidates.count / selection.scoredTokens
        }
        let positions = selection.positions(scored: scored, promptTokens: sequence.endPosition)
        for kvHead in 0..<arena.layout.kvHeadCount {
            arena.compact(
                layer: layer,
                kvHead: kvHead,
                positions: positions,
                from: sequence.table,
                to: selection.table
            )
        }
    }
}
