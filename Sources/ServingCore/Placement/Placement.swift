import ServingTypes

/// Chooses where a prompt is prefilled and decoded: least predicted time to the second token.
///
/// TT2T of a pair is queue and prefill at the prefill worker, the part of the transfer that prefill does not
/// hide, the running decode step, and the first step of the new sequence; a prompt that is prefilled where it
/// is decoded saves the transfer and pays for the delay of that worker's running answers. A prefix that a
/// third worker holds may be fetched while the prompt is queued; where lossy KV will do, the codec is chosen
/// that makes the plan fastest.
public struct Placement: Sendable {
    /// Layout, rates and weights.
    public var settings: PlacementSettings

    /// A policy with these settings.
    public init(settings: PlacementSettings) {
        precondition(settings.layerGroups > 0, "layerGroups is \(settings.layerGroups)")
        precondition(settings.maxPlans > 1, "maxPlans is \(settings.maxPlans)")
        precondition(settings.lanes > 0, "lanes is \(settings.lanes)")
        self.settings = settings
    }

    /// All plans worth considering, the best first; empty when no worker, or no pair of workers, can take the
    /// prompt.
    ///
    /// Each pair of workers comes once, with the fetch and the codec that suit it best. Depends on the values
    /// only: not on the order of the workers, nor on a dictionary's. O(workers + plans · fetch sources).
    public func place(_ request: PlacementRequest, in cluster: ClusterSnapshot) -> [ScoredPlan] {
        let scorer = PlanScorer(settings: settings, request: request, cluster: cluster)
        var (prefills, decodes) = sides(scorer)
        let sources = scorer.fetchSources()
        prune(&prefills, &decodes, scorer, sources)
        for index in prefills.indices {
            prefills[index].fetches = scorer.fetches(at: prefills[index], from: sources)
        }
        for index in decodes.indices where settings.allowsLocalPrefill {
            decodes[index].local.fetches = scorer.fetches(at: decodes[index].local, from: sources)
        }
        var plans: [ScoredPlan] = []
        plans.reserveCapacity((prefills.count + 1) * decodes.count)
        for decode in decodes {
            if decode.takesWhole { plans.append(scorer.wholePlan(decode)) }
            guard decode.takesHandOff else { continue }
            for prefill in prefills { plans.append(scorer.pairPlan(prefill, decode, sources: sources)) }
        }
        return sorted(plans)
    }

    /// Sorts small keys: plans are full of names, which cost more to move than to compare.
    private func sorted(_ plans: [ScoredPlan]) -> [ScoredPlan] {
        let keys = plans.enumerated().map { index, plan in
            (failures: plan.failures, time: plan.predictedTT2T + plan.harm, index: index)
        }
        let sorted = keys.sorted { left, right in
            left.failures == right.failures && left.time == right.time
                ? plans[left.index].plan < plans[right.index].plan
                : (left.failures, left.time) < (right.failures, right.time)
        }
        return sorted.map { plans[$0.index] }
    }

    /// Why `place` finds no plan; `nil` when there is one.
    public func obstacle(to request: PlacementRequest, in cluster: ClusterSnapshot) -> PlacementObstacle? {
        PlanScorer(settings: settings, request: request, cluster: cluster).obstacle
    }

    /// Workers that could take a part, in the snapshot's order.
    private func sides(_ scorer: PlanScorer) -> ([PrefillSide], [DecodeSide]) {
        var prefills: [PrefillSide] = []
        var decodes: [DecodeSide] = []
        for index in scorer.workers.indices {
            switch scorer.workers[index].role {
            case .prefill:
                if scorer.obstacle(at: index, to: .prefill) == nil {
                    prefills.append(scorer.prefillSide(index))
                }
            case .decode:
                let takesHandOff = scorer.obstacle(at: index, to: .decode) == nil
                // Only with a budget do the two need different room.
                let takesWhole =
                    settings.allowsLocalPrefill
                    && (scorer.budget == nil
                        ? takesHandOff : scorer.obstacle(at: index, to: .whole) == nil)
                guard takesWhole || takesHandOff else { continue }
                decodes.append(
                    scorer.decodeSide(index, takesWhole: takesWhole, takesHandOff: takesHandOff)
                )
            }
        }
        // Who has room for hand-offs only must not displace those that can do without.
        if prefills.isEmpty { decodes.removeAll { !$0.takesWhole } }
        return (prefills, decodes)
    }

    /// Keeps the best workers of each side, by what is known without the other side, when all pairs are too
    /// many.
    private func prune(
        _ prefills: inout [PrefillSide],
        _ decodes: inout [DecodeSide],
        _ scorer: PlanScorer,
        _ sources: [Int]
    ) {
        guard (prefills.count + 1) * decodes.count > settings.maxPlans else { return }
        let decodeLimit = max(1, min(decodes.count, Self.squareRoot(settings.maxPlans)))
        let rankedDecodes = decodes.map { side in
            let wire = Double(side.missingBytes) / scorer.priorBytesPerSecond
            return RankedWorker(side.local, seconds: wire + side.admission + side.handOffStep)
        }
        decodes = scorer.best(decodeLimit, of: rankedDecodes).map { decodes[$0] }
        let prefillLimit = max(1, settings.maxPlans / decodes.count - 1)
        let rankedPrefills = prefills.map {
            RankedWorker($0, seconds: scorer.estimate($0, sources: sources))
        }
        prefills = scorer.best(prefillLimit, of: rankedPrefills).map { prefills[$0] }
    }

    /// The largest number whose square is not above `value`.
    private static func squareRoot(_ value: Int) -> Int {
        var root = 1
        while (root + 1) * (root + 1) <= value { root += 1 }
        return root
    }
}
