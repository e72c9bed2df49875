internal import CKernels
internal import ServingTypes

/// Attention of some consecutive rows of a sequence, for the query heads that share one KV head.
///
/// The context is cut at multiples of 128 cache indices. Each split yields, per row, the highest score, the sum of
/// weights and the weighted values; splits are blended in order of position. Rows see the cache up to
/// their own index only, so a row's arithmetic is the same whatever rows are computed with it.
struct PagedAttention {
    let pass: ForwardPass
    let layer: Int
    let kvHead: Int
    let run: StepPlan.Run
    let scratch: ThreadScratch

    private var headDim: Int { pass.engine.shape.headDim }
    /// Query heads per KV head.
    private var groupSize: Int { pass.engine.shape.headCount / pass.engine.shape.kvHeadCount }
    private var lastPosition: Int { run.position + run.count - 1 }

    /// Reads queries from the workspace's tile and writes mixed values into it, from `tileRow` on.
    func compute(tileRow: Int) {
        gatherQueries(tileRow)
        let table = pass.batch[run.sequenceIndex].table
        for split in stride(from: 0, through: lastPosition, by: ThreadScratch.splitTokens) {
            let tokens = min(ThreadScratch.splitTokens, lastPosition + 1 - split)
            pass.gather(
                PagedRange(table: table, layer: layer, kvHead: kvHead, first: split, count: tokens),
                keys: scratch.keys.base,
                values: scratch.values.base
            )
            attend(split, tokens)
        }
        finish(tileRow)
        observe()
    }

    /// Start of a row's share of this KV head in a `[rows][heads × headDim]` matrix.
    private func offset(_ row: Int) -> Int {
        (row * pass.engine.shape.headCount + kvHead * groupSize) * headDim
    }

    private func gatherQueries(_ tileRow: Int) {
        let count = groupSize * headDim
        for row in 0..<run.count {
            let from = pass.workspace.query.base + offset(tileRow + row)
            (scratch.query.base + row * count).update(from: from, count: count)
        }
    }

    private func attend(_ split: Int, _ tokens: Int) {
        // Rows before the split see nothing of it.
        let first = max(0, split - run.position) * groupSize
        let rows = run.count * groupSize - first
        let stride = ThreadScratch.splitTokens
        let scores = scratch.scores.base
        let keys = ck_matrix(
            base: scratch.keys.base,
            stride: headDim * MemoryLayout<Float>.stride,
            type: CK_F32
        )
        pass.kernels.matmul(
            scratch.query.base + first * headDim,
            headDim,
            rows,
            keys,
            tokens,
            headDim,
            scores,
            stride,
            0
        )
        let scale = 1 / Float(headDim).squareRoot()
        withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * rows) { state in
            withUnsafeTemporaryAllocation(of: Int.self, capacity: rows) { counts in
                guard let state = state.baseAddress, let counts = counts.baseAddress else { return }
                for row in 0..<rows {
                    let position = run.position + (first + row) / groupSize
                    counts[row] = min(tokens, position + 1 - split)
                    state[2 * row + 1] = pass.kernels.softmax(
                        scores + row * stride,
                        counts[row],
                        scale,
                        state + 2 * row
                    )
                }
                let target = split == 0 ? scratch.sum.base : scratch.part.base
                pass.kernels.mix(scores, stride, counts, rows, scratch.values.base, headDim, target)
                for row in 0..<rows {
                    add(
                        row: first + row,
                        part: row,
                        maximum: state[2 * row],
                        total: state[2 * row + 1],
                        split
                    )
                }
            }
        }
    }

    /// Blends a split's part into what the earlier splits gave.
    private func add(row: Int, part: Int, maximum: Float, total: Float, _ split: Int) {
        let (maxima, totals) = (scratch.maxima.base, scratch.totals.base)
        guard split > 0 else {
            (maxima[row], totals[row]) = (maximum, total)
            return
        }
        let highest = max(maxima[row], maximum)
        let (old, new) = (ck_exp(maxima[row] - highest), ck_exp(maximum - highest))
        pass.kernels.blend(
            scratch.sum.base + row * headDim,
            old,
            scratch.part.base + part * headDim,
            new,
            headDim
        )
        totals[row] = (total * new).addingProduct(totals[row], old)
        maxima[row] = highest
    }

    /// Divides by the sums of weights and writes the rows back.
    private func finish(_ tileRow: Int) {
        for row in 0..<run.count {
            let to = pass.workspace.mixed.base + offset(tileRow + row)
            for head in 0..<groupSize {
                let index = row * groupSize + head
                let from = scratch.sum.base + index * headDim
                let scale = 1 / scratch.totals.base[index]
                for element in 0..<headDim { to[head * headDim + element] = from[element] * scale }
            }
        }
    }

    /// Leaves what selection needs of the rows that vote: queries, and how their weights are normalized.
    private func observe() {
        guard let observation = pass.plan.observations[run.sequenceIndex] else { return }
        let workspace = pass.workspace
        for row in 0..<run.count where run.row + row >= observation.row {
            let slot = observation.slot + run.row + row - observation.row
            let to = (kvHead * pass.plan.observedRowCount + slot) * groupSize
            let from = row * groupSize
            (workspace.observedQuery.base + to * headDim)
                .update(from: scratch.query.base + from * headDim, count: groupSize * headDim)
            (workspace.observedMaxima.base + to).update(from: scratch.maxima.base + from, count: groupSize)
            (workspace.observedTotals.base + to).update(from: scratch.totals.base + from, count: groupSize)
        }
    }
}
