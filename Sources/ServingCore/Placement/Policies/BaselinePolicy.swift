/// Chooses workers by a rule that predicts no times.
///
/// What crosses, and how, is the scorer's choice as for the default policy: baselines differ in workers only.
protocol BaselinePolicy: Sendable {
    /// Whether the prompt should be prefilled where it is decoded although it could be handed off.
    func prefersLocal(_ scene: BaselineScene) -> Bool

    /// The first few of the workers that can take a part, the chosen one first; `workers` is not empty, and
    /// its order means nothing.
    func ranked(_ limit: Int, of workers: [Int], for part: PlanScorer.Part, _ scene: BaselineScene) -> [Int]

    /// Why the first of `workers` computes the prompt.
    func reason(among workers: [Int], _ scene: BaselineScene) -> PlacementReason
}

extension BaselinePolicy {
    func prefersLocal(_ scene: BaselineScene) -> Bool { false }
}
