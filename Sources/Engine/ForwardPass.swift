internal import CKernels
internal import ServingTypes

/// One forward pass over a batch: embedding, layers, and the logits of the rows that sample.
///
/// Everything is computed row by row with kernels whose result for a row does not depend on the other rows,
/// so how rows, outputs and heads are divided among items and threads has no influence.
struct ForwardPass {
    let engine: CPUEngine
    let plan: StepPlan
    let batch: [StepSequence]
    let arena: KVArena
    let workspace: Workspace
    let kernels: ck_kernels

    /// Rows per item where items are rows: fewer are not worth waking a thread.
    private static let itemRows = 8

    init(engine: CPUEngine, plan: StepPlan, batch: [StepSequence], arena: KVArena, workspace: Workspace) {
        guard let kernels = ck_kernels_for(ck_isa(engine.isa)) else {
            preconditionFailure("this machine has no instruction set \(engine.isa)")
        }
        self.engine = engine
        self.plan = plan
        self.batch = batch
        self.arena = arena
        self.workspace = workspace
        self.kernels = kernels.pointee
    }

    /// Runs all layers; the logits are then in the workspace.
    func run(_ afterLayer: (Int) -> Void) {
        eachRow(0..<plan.rowCount, prepare)
        for index in engine.weights.layers.indices {
            for (tile, runs) in zip(plan.tiles, plan.runs) { layer(index, tile, runs) }
            select(index)
            afterLayer(index)
        }
        computeLogits()
    }

    private var width: Int { engine.shape.embeddingWidth }
    private var headDim: Int { engine.shape.headDim }
    private var queryWidth: Int { engine.shape.headCount * headDim }
    private var kvWidth: Int { engine.shape.kvHeadCount * headDim }

    /// Looks up a row's embedding and the rotation of its position.
    private func prepare(_ row: Int) {
        let embedding = engine.weights.embedding
        kernels.widen(
            embedding.type,
            embedding.pointer(toRow: Int(plan.tokens[row])),
            workspace.residual.base + row * width,
            width
        )
        let (cosines, sines) = (workspace.cosines.base + row * headDim, workspace.sines.base + row * headDim)
        for (pair, frequency) in engine.weights.frequencies.enumerated() {
            let turn = DeterministicMath.sineCosine(Double(Float(plan.rotaryPositions[row]) * frequency))
            let (sine, cosine) = (Float(turn.sine), Float(turn.cosine))
            (cosines[2 * pair], cosines[2 * pair + 1]) = (cosine, cosine)
            (sines[2 * pair], sines[2 * pair + 1]) = (-sine, sine)
        }
    }

    /// One layer over one tile of rows; earlier tiles of the same layer are done.
    private func layer(_ index: Int, _ tile: Range<Int>, _ runs: [StepPlan.Run]) {
        let layer = engine.weights.layers[index]
        let residual = workspace.residual.base + tile.lowerBound * width
        normalize(rows: tile.count, from: residual, gain: layer.attentionGain)
        multiply(
            [
                (layer.query, workspace.query.base), (layer.key, workspace.key.base),
                (layer.value, workspace.value.base),
            ],
            input: workspace.normalized.base,
            rows: tile.count
        )
        let writer = KVWriter(pass: self, layer: index, tile: tile)
        eachRow(tile, writer.write)
        attend(index, tile, runs)
        multiply(
            [(layer.attentionOutput, residual)],
            input: workspace.mixed.base,
            rows: tile.count,
            accumulate: true
        )
        normalize(rows: tile.count, from: residual, gain: layer.feedForwardGain)
        feedForward(layer, rows: tile.count)
        multiply([(layer.down, residual)], input: workspace.gate.base, rows: tile.count, accumulate: true)
    }

    private func attend(_ layer: Int, _ tile: Range<Int>, _ runs: [StepPlan.Run]) {
        let headCount = engine.shape.kvHeadCount
        // Long contexts first, so that the last items are short ones.
        let order = runs.indices.sorted { runs[$0].position > runs[$1].position }
        engine.threads.run(runs.count * headCount) { item, thread in
            let run = runs[order[item / headCount]]
            let attention = PagedAttention(
                pass: self,
                layer: layer,
                kvHead: item % headCount,
                run: run,
                scratch: engine.scratch[thread]
            )
            attention.compute(tileRow: run.row - tile.lowerBound)
        }
    }

    /// Reduces the layer's KV of the sequences that ask for it.
    private func select(_ layer: Int) {
        let headCount = engine.shape.kvHeadCount
        let selecting = batch.indices.filter { plan.observations[$0] != nil }
        engine.threads.run(selecting.count * headCount) { item, thread in
            let index = selecting[item / headCount]
            guard let selection = batch[index].selection, let observation = plan.observations[index] else {
                return
            }
            let selector = KVSelector(
                pass: self,
                layer: layer,
                kvHead: item % headCount,
                sequence: batch[index],
                selection: selection,
                observation: observation,
                scratch: engine.scratch[thread]
            )
            selector.run()
        }
    }

    /// Gate and up projections, panel by panel, with SwiGLU while the panel is in the cache.
    private func feedForward(_ layer: LlamaWeights.Layer, rows: Int) {
        let count = layer.gate.rows
        let panels = (count + ThreadScratch.panelOutputs - 1) / ThreadScratch.panelOutputs
        let (gate, up, input) = (workspace.gate.base, workspace.up.base, workspace.normalized.base)
        engine.threads.run(panels) { panel, thread in
            let first = panel * ThreadScratch.panelOutputs
            let outputs = min(ThreadScratch.panelOutputs, count - first)
            multiplyPanel(layer.gate, first, outputs, input, rows, gate, thread, accumulate: false)
            multiplyPanel(layer.up, first, outputs, input, rows, up, thread, accumulate: false)
            for row in 0..<rows {
                kernels.silu(gate + row * count + first, up + row * count + first, outputs)
            }
        }
    }

    private func normalize(rows: Int, from: UnsafePointer<Float>, gain: [Float]) {
        let to = workspace.normalized.base
        eachRow(0..<rows) { row in
            kernels.rms_norm(from + row * width, gain, engine.shape.rmsEpsilon, to + row * width, width)
        }
    }

    /// Final normalization and output head for the rows that sample.
    private func computeLogits() {
        guard !plan.sampled.isEmpty else { return }
        let to = workspace.normalized.base
        eachRow(0..<plan.sampled.count) { sample in
            let from = workspace.residual.base + plan.sampled[sample].row * width
            kernels.rms_norm(
                from,
                engine.weights.finalGain,
                engine.shape.rmsEpsilon,
                to + sample * width,
                width
            )
        }
        multiply(
            [(engine.weights.output, workspace.logits.base)],
            input: workspace.normalized.base,
            rows: plan.sampled.count
        )
    }

    private func eachRow(_ rows: Range<Int>, _ body: (Int) -> Void) {
        let items = (rows.count + Self.itemRows - 1) / Self.itemRows
        engine.threads.run(items) { item, _ in
            let first = rows.lowerBound + item * Self.itemRows
            for row in first..<min(first + Self.itemRows, rows.upperBound) { body(row) }
        }
    }

    /// Multiplies the same input rows by several matrices, each into its own output `[rows][matrix.rows]`.
    private func multiply(
        _ products: [(matrix: WeightMatrix, output: UnsafeMutablePointer<Float>)],
        input: UnsafePointer<Float>,
        rows: Int,
        accumulate: Bool = false
    ) {
        var panels: [(product: Int, first: Int)] = []
        for (index, product) in products.enumerated() {
            for first in stride(from: 0, to: product.matrix.rows, by: ThreadScratch.panelOutputs) {
                panels.append((index, first))
            }
        }
        engine.threads.run(panels.count) { item, thread in
            let (matrix, output) = products[panels[item].product]
            let first = panels[item].first
            let outputs = min(ThreadScratch.panelOutputs, matrix.rows - first)
            multiplyPanel(matrix, first, outputs, input, rows, output, thread, accumulate: accumulate)
        }
    }

    /// `outputs` columns of a product from `first` on; many rows share one widening of the weights.
    private func multiplyPanel(
        _ matrix: WeightMatrix,
        _ first: Int,
        _ outputs: Int,
        _ input: UnsafePointer<Float>,
        _ rows: Int,
        _ output: UnsafeMutablePointer<Float>,
        _ thread: Int,
        accumulate: Bool
    ) {
        var weights = matrix.from(row: first)
        if rows > Self.itemRows && matrix.type != CK_F32 {
            let panel = engine.scratch[thread].panel.base
            for row in 0..<outputs {
                let to = panel + row * matrix.columns
                kernels.widen(matrix.type, matrix.pointer(toRow: first + row), to, matrix.columns)
            }
            weights = ck_matrix(
                base: panel,
                stride: matrix.columns * MemoryLayout<Float>.stride,
                type: CK_F32
            )
        }
        kernels.matmul(
            input,
            matrix.columns,
            rows,
            weights,
            outputs,
            matrix.columns,
            output + first,
            matrix.rows,
            accumulate ? 1 : 0
        )
    }
}
