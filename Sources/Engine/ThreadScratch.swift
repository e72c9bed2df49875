internal import ModelFormat

/// Memory that one thread of the pool needs while it runs an item.
///
/// `@unchecked Sendable`: the pool hands each item the number of its thread, and only that thread uses the
/// scratch of that number.
final class ThreadScratch: @unchecked Sendable {
    /// Outputs of a matrix product that one item computes.
    static let panelOutputs = 48
    /// Positions whose scores are normalized together: splits begin at multiples of it, whatever the batch.
    static let splitTokens = 128

    /// Weights of a panel, widened: `[panelOutputs][columns]`.
    let panel: FloatBuffer
    /// Queries of a run of rows, one KV head's share: `[rows][headDim]`.
    let query: FloatBuffer
    /// Scores, then weights: `[rows][splitTokens]`.
    let scores: FloatBuffer
    /// K and V of a split, widened: `[splitTokens][headDim]`.
    let keys: FloatBuffer
    let values: FloatBuffer
    /// Weighted values of a split, and of all splits so far: `[rows][headDim]`.
    let part: FloatBuffer
    let sum: FloatBuffer
    /// Highest score and sum of weights per row, over all splits so far.
    let maxima: FloatBuffer
    let totals: FloatBuffer
    /// What attention a prompt's positions get, before and after pooling: `[positions]`, as long as needed.
    let votes = FloatBuffer()
    let pooled = FloatBuffer()

    /// Allocates for a model.
    init(_ shape: ModelDescription) {
        let queryWidth = shape.headCount * shape.headDim
        let columns = max(shape.embeddingWidth, shape.feedForwardWidth, queryWidth)
        let rows = StepPlan.attentionRows * (shape.headCount / shape.kvHeadCount)
        panel = FloatBuffer(capacity: Self.panelOutputs * columns)
        query = FloatBuffer(capacity: rows * shape.headDim)
        scores = FloatBuffer(capacity: rows * Self.splitTokens)
        keys = FloatBuffer(capacity: Self.splitTokens * shape.headDim)
        values = FloatBuffer(capacity: Self.splitTokens * shape.headDim)
        part = FloatBuffer(capacity: rows * shape.headDim)
        sum = FloatBuffer(capacity: rows * shape.headDim)
        maxima = FloatBuffer(capacity: rows)
        totals = FloatBuffer(capacity: rows)
    }
}
