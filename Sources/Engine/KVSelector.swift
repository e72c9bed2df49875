internal import CKernels
internal import ServingTypes

/// Chooses what one KV head of one layer keeps of a prompt, and copies it.
///
/// Runs when the layer's KV and attention are done: attention left the rotated queries of the voting rows in the
/// workspace, with each row's highest score and sum of weights, so that the scores need only be computed once
/// more. Rows are added in order, split by split, whatever they were computed with.
struct KVSelector {
    let pass: ForwardPass
    let layer: Int
    let kvHead: Int
    let sequence: StepSequence
    let selection: KVSelection
    let observation: StepPlan.Observation
    let scratch: ThreadScratch

    private var headDim: Int { pass.engine.shape.headDim }
    /// Query heads per KV head.
    private var groupSize: Int { pass.engine.shape.headCount / pass.engine.shape.kvHeadCount }
    private var candidates: Range<Int> { selection.candidates(promptTokens: sequence.endPosition) }

    /// Fills the selection's blocks for this layer and head.
    func run() {
        var scored = Array(candidates)
        if selection.scoredTokens < scored.count {
            scored = selection.scoredTokens == 0 ? [] : mostAttended()
        }
        pass.arena.compact(
            layer: layer,
            kvHead: kvHead,
            positions: selection.positions(scored: scored, promptTokens: sequence.endPosition),
            from: sequence.table,
            to: selection.table
        )
    }

    private func mostAttended() -> [Int] {
        let splitTokens = ThreadScratch.splitTokens
        let padded = (candidates.upperBound + splitTokens - 1) / splitTokens * splitTokens
        scratch.votes.reserve(padded)
        scratch.votes.base.initialize(repeating: 0, count: padded)
        let first = candidates.lowerBound / splitTokens * splitTokens
        for split in stride(from: first, to: candidates.upperBound, by: splitTokens) {
            collectVotes(split, min(splitTokens, candidates.upperBound - split))
        }
        let pooled = pool()
        return HighestScores.indices(of: pooled, count: selection.scoredTokens)
            .map { candidates.lowerBound + $0 }
    }

    /// Adds what the voting rows give to the `tokens` positions from `split` on.
    private func collectVotes(_ split: Int, _ tokens: Int) {
        pass.gather(
            PagedRange(table: sequence.table, layer: layer, kvHead: kvHead, first: split, count: tokens),
            keys: scratch.keys.base,
            values: nil
        )
        let keys = ck_matrix(
            base: scratch.keys.base,
            stride: headDim * MemoryLayout<Float>.stride,
            type: CK_F32
        )
        for first in stride(from: 0, to: observation.count, by: StepPlan.attentionRows) {
            let rows = first..<min(first + StepPlan.attentionRows, observation.count)
            pass.kernels.matmul(
                pass.workspace.observedQuery.base + observedIndex(row: rows.lowerBound) * headDim,
                headDim,
                rows.count * groupSize,
                keys,
                tokens,
                headDim,
                scratch.scores.base,
                ThreadScratch.splitTokens,
                0
            )
            for row in rows { add(row, scores: row - first, split, tokens) }
        }
    }

    /// Adds one row's probabilities, query head by query head.
    private func add(_ row: Int, scores scoresRow: Int, _ split: Int, _ tokens: Int) {
        let count = min(tokens, sequence.endPosition - observation.count + row + 1 - split)
        guard count > 0 else { return }
        let padded = (count + 15) / 16 * 16
        let scale = 1 / Float(headDim).squareRoot()
        for head in 0..<groupSize {
            let scores = scratch.scores.base + (scoresRow * groupSize + head) * ThreadScratch.splitTokens
            var maximum: Float = 0
            _ = pass.kernels.softmax(scores, count, scale, &maximum)
            for index in count..<padded { scores[index] = 0 }
            let observed = observedIndex(row: row) + head
            let highest = pass.workspace.observedMaxima.base[observed]
            let total = pass.workspace.observedTotals.base[observed]
            let share = ck_exp(maximum - highest) / total
            pass.kernels.blend(scratch.votes.base + split, 1, scores, share, padded)
        }
    }

    /// Each candidate's score: the highest number of votes within its window, other candidates only.
    private func pool() -> UnsafeBufferPointer<Float> {
        let count = candidates.count
        let votes = scratch.votes.base + candidates.lowerBound
        scratch.pooled.reserve(count)
        let pooled = scratch.pooled.base
        pooled.update(from: votes, count: count)
        for offset in stride(from: 1, through: min(selection.poolingTokens / 2, count - 1), by: 1) {
            for index in offset..<count { pooled[index] = max(pooled[index], votes[index - offset]) }
            for index in 0..<count - offset { pooled[index] = max(pooled[index], votes[index + offset]) }
        }
        return UnsafeBufferPointer(start: pooled, count: count)
    }

    /// Where a voting row's first query head lies in the workspace's observations.
    private func observedIndex(row: Int) -> Int {
        (kvHead * pass.plan.observedRowCount + observation.slot + row) * groupSize
    }
}
