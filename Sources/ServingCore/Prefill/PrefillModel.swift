import ServingTypes

/// What prompts cost on this worker: predictions from the coefficients in force.
struct PrefillModel: Hashable, Sendable {
    /// Coefficients; all zero when nothing is known.
    var cost: CostCoefficients

    /// Whether time can be predicted at all.
    var isKnown: Bool { cost.b > 0 }

    /// Tokens at which a step's matrix products take as long as reading the weights, `m / b`, within limits.
    ///
    /// Source: LAPS (arXiv 2601.11589), the boundary between memory-bound and compute-bound prefill.
    func kneeTokens(limits: ClosedRange<Int>) -> Int {
        guard isKnown else { return limits.lowerBound }
        let knee = min(cost.m / cost.b, Double(limits.upperBound))
        return max(limits.lowerBound, Int(knee))
    }

    /// The time of a step without tokens: what a prompt saves by sharing one.
    var stepFloor: Duration { .fromSeconds(cost.a + cost.m) }

    /// The time of a step's prefill part.
    ///
    /// - Parameters:
    ///   - tokens: new tokens of all prompts.
    ///   - pairs: pairs of a new token and a position it sees, of all prompts.
    func stepTime(tokens: Int, pairs: Double) -> Duration {
        guard tokens > 0 else { return .zero }
        return .fromSeconds(cost.a + max(cost.m, cost.b * Double(tokens)) + cost.d * pairs)
    }

    /// Pairs of a new token and a position it sees, for `tokens` behind `computed`.
    static func pairs(tokens: Int, computed: Int) -> Double {
        Double(tokens) * (Double(computed) + Double(tokens) / 2)
    }

    /// The time of one prompt alone, uncut.
    func serviceTime(_ prompt: PromptCandidate) -> Duration {
        stepTime(
            tokens: prompt.uncomputed,
            pairs: Self.pairs(tokens: prompt.uncomputed, computed: prompt.computed)
        )
    }

    /// How many tokens behind `computed` fit into a step that has `tokens` and `pairs` already and may take `limit`.
    ///
    /// Solves `a + b·(Σu + u) + d·(pairs + u·computed + u²/2) = limit`.
    func tokens(within limit: Duration, besides tokens: Int, pairs: Double, computed: Int) -> Int {
        let rest = limit.inSeconds - cost.a - cost.b * Double(tokens) - cost.d * pairs
        guard rest > 0 else { return 0 }
        let slope = cost.b + cost.d * Double(computed)
        let denominator = slope + (slope * slope + 2 * cost.d * rest).squareRoot()
        let count = 2 * rest / denominator
        return count < 1e9 ? Int(count) : 1_000_000_000
    }
}
