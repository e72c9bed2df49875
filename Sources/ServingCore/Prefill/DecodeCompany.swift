import ServingTypes

/// The answers that take part in a step beside its prompts.
struct DecodeCompany: Hashable, Sendable {
    /// Sequences that decode.
    var count = 0
    /// Tokens that they hold.
    var contextTokens = 0
    /// The tightest limit on their time per token; `nil` when none was promised.
    var tpotLimit: Duration?

    /// The time of their part of a step.
    func time(_ cost: CostCoefficients) -> Duration {
        count > 0 ? cost.decodeStep(batch: count, contextTokens: contextTokens) : .zero
    }
}
