/// A prefill worker that is looked at together with decode workers.
struct PrefillCandidate: Sendable {
    var side: PrefillSide
    var bound: PlanScorer.Bound

    var key: RankedKey { RankedKey(rank: bound.rank, tie: side.place) }
}
