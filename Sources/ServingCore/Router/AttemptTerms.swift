import ServingTypes

/// What is settled when an attempt is placed.
///
/// A class, because an attempt is copied with every word about it and this never changes.
final class AttemptTerms: Sendable {
    let id: AttemptID
    let chosen: ScoredPlan
    let alternatives: Slice<ScoredPlans>
    let basis: PlacementBasis
    let placedAt: Timestamp
    let firstOutputIndex: Int
    let lease: Duration

    init(
        id: AttemptID,
        chosen: ScoredPlan,
        alternatives: Slice<ScoredPlans>,
        basis: PlacementBasis,
        placedAt: Timestamp,
        firstOutputIndex: Int,
        lease: Duration
    ) {
        self.id = id
        self.chosen = chosen
        self.alternatives = alternatives
        self.basis = basis
        self.placedAt = placedAt
        self.firstOutputIndex = firstOutputIndex
        self.lease = lease
    }
}
