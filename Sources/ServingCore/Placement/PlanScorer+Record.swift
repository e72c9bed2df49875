import ServingTypes

/// What is kept of plans that were scored.
extension PlanScorer {
    /// The chosen plan, then the others, at most ``PlacementSettings/maxRecordedPlans``.
    func told(_ chosen: PlanScore, beside scores: [PlanScore]) -> ScoredPlans {
        var plans: [RecordedPlan] = []
        plans.reserveCapacity(min(settings.maxRecordedPlans, scores.count) + 1)
        plans.append(recorded(chosen))
        for index in scores.indices {
            guard plans.count <= settings.maxRecordedPlans else { break }
            if scores[index].prefill == chosen.prefill, scores[index].decode == chosen.decode { continue }
            plans.append(recorded(scores[index]))
        }
        return ScoredPlans(
            plans: plans,
            workers: cluster.addresses,
            blockTokens: blockTokens,
            budget: budget,
            ttftLimit: ttftLimit,
            tpotLimit: tpotLimit
        )
    }

    @inline(__always) private func recorded(_ score: PlanScore) -> RecordedPlan {
        let computing = score.prefill ?? score.decode
        return RecordedPlan(
            score: score,
            hitBlocks: hitBlocks(computing),
            waitSeconds: queueSeconds(computing, cluster.rows[computing]),
            queuedTokens: cluster.workers[computing].queuedTokens,
            requests: cluster.workers[computing].sequences,
            freeBlocks: cluster.workers[score.decode].freeBlocks
        )
    }
}
