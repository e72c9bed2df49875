import ServingTypes

/// What is kept of plans that were scored.
extension PlanScorer {
    /// The chosen plan, then the others, at most ``PlacementSettings/maxRecordedPlans``.
    ///
    /// - Parameter scores: mostly begin with the chosen plan, and are taken over as they are.
    func told(_ chosen: PlanScore, beside scores: consuming [PlanScore]) -> ScoredPlans {
        let same = scores.firstIndex { $0.prefill == chosen.prefill && $0.decode == chosen.decode }
        if same == 0 {
            scores[0].choice = chosen.choice
        } else {
            if let same { scores.remove(at: same) }
            scores.insert(chosen, at: 0)
        }
        scores.removeLast(max(0, scores.count - 1 - settings.maxRecordedPlans))
        return ScoredPlans(
            plans: scores,
            workers: cluster.addresses,
            blockTokens: blockTokens,
            budget: budget,
            ttftLimit: ttftLimit,
            tpotLimit: tpotLimit
        )
    }
}
