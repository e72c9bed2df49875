extension PrefillSettings {
    /// Prompts with fewer tokens to compute are short, and as many make a step compute-bound.
    func boundary(_ model: PrefillModel) -> Int {
        boundaryTokens ?? model.kneeTokens(limits: Self.boundaryLimits)
    }
}
