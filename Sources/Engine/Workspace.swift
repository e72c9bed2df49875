internal import ModelFormat

/// Activations of one step, reused by later steps.
///
/// `@unchecked Sendable`: a step takes a workspace from the engine's shelf for itself and puts it back when
/// it ends; within the step, threads write disjoint rows or columns between two waits of the pool.
final class Workspace: @unchecked Sendable {
    /// Residual stream of all rows: `[rows][width]`.
    let residual = FloatBuffer()
    /// Cosines and signed sines of all rows: `[rows][headDim]` each.
    let cosines = FloatBuffer()
    let sines = FloatBuffer()
    /// Of the current tile: normalized input `[rows][width]`.
    let normalized = FloatBuffer()
    /// Of the current tile: `[rows][heads × headDim]`, and K and V `[rows][kvHeads × headDim]`.
    let query = FloatBuffer()
    let key = FloatBuffer()
    let value = FloatBuffer()
    /// Of the current tile: mixed values `[rows][heads × headDim]`.
    let mixed = FloatBuffer()
    /// Of the current tile: `[rows][feedForward]`.
    let gate = FloatBuffer()
    let up = FloatBuffer()
    /// Of the observed rows, in the layer at hand: rotated queries `[kvHeads][rows][group × headDim]`, and the
    /// highest score and sum of weights of their attention `[kvHeads][rows][group]`.
    let observedQuery = FloatBuffer()
    let observedMaxima = FloatBuffer()
    let observedTotals = FloatBuffer()
    /// Of the sampled rows: `[samples][vocabulary]`.
    let logits = FloatBuffer()

    /// Makes room for a step.
    func reserve(for plan: StepPlan, _ shape: ModelDescription) {
        let tileRows = min(plan.rowCount, StepPlan.tileRows)
        let kvWidth = shape.kvHeadCount * shape.headDim
        residual.reserve(plan.rowCount * shape.embeddingWidth)
        cosines.reserve(plan.rowCount * shape.headDim)
        sines.reserve(plan.rowCount * shape.headDim)
        normalized.reserve(max(tileRows, plan.sampled.count) * shape.embeddingWidth)
        query.reserve(tileRows * shape.headCount * shape.headDim)
        key.reserve(tileRows * kvWidth)
        value.reserve(tileRows * kvWidth)
        mixed.reserve(tileRows * shape.headCount * shape.headDim)
        gate.reserve(tileRows * shape.feedForwardWidth)
        up.reserve(tileRows * shape.feedForwardWidth)
        observedQuery.reserve(plan.observedRowCount * shape.headCount * shape.headDim)
        observedMaxima.reserve(plan.observedRowCount * shape.headCount)
        observedTotals.reserve(plan.observedRowCount * shape.headCount)
        logits.reserve(plan.sampled.count * shape.vocabularyCount)
    }
}
