/// What a policy answers: the plans that it considered, and why the first one was chosen.
public struct PlacementDecision: Sendable {
    /// The chosen plan, then others, the least predicted time first; empty when no worker, or no pair of
    /// workers, can take the prompt.
    public var plans: ScoredPlans
    /// Why.
    public var basis: PlacementBasis
}
