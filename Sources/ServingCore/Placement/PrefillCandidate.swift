/// A prefill worker that is looked at together with decode workers.
struct PrefillCandidate: Sendable {
    var side: PrefillSide
    var bound: PlanScorer.Bound
    /// Fetches that may be worth it; `nil` until they are looked for.
    var fetches: [PrefillWay]?
}
