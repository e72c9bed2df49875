import ServingTypes

/// What an average prompt asks of the worker that computes it.
struct PromptMix: Hashable, Sendable {
    /// New tokens `u`.
    var newTokens = 0.0
    /// `u·(c − u/2)`, with `c` context tokens: what attention costs.
    var attention = 0.0

    init() {}

    init(newTokens: Int, contextTokens: Int) {
        self.newTokens = Double(newTokens)
        attention = Double(newTokens) * (Double(contextTokens) - Double(newTokens) / 2)
    }

    static func += (left: inout Self, right: Self) {
        left.newTokens += right.newTokens
        left.attention += right.attention
    }

    static func * (left: Self, factor: Double) -> Self {
        var product = left
        product.newTokens *= factor
        product.attention *= factor
        return product
    }

    /// Seconds at a worker, by its cost model.
    func seconds(_ cost: CostCoefficients) -> Double {
        guard newTokens > 0 else { return 0 }
        return cost.a + max(cost.m, cost.b * newTokens) + cost.d * attention
    }
}
