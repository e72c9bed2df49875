import ServingTypes

/// Chooses where a prompt is prefilled and decoded: least predicted time to the second token.
///
/// TT2T of a pair is queue and prefill at the prefill worker, the part of the transfer that prefill does not
/// hide, the running decode step, and the first step of the new sequence; a prompt that is prefilled where it
/// is decoded saves the transfer and pays for the delay of that worker's running answers. A prefix that a
/// third worker holds may be fetched while the prompt is queued; where lossy KV will do, the codec is chosen
/// that makes the plan fastest.
///
/// Plans that miss the request's TPOT limit, or else its TTFT limit, are chosen only where all do. What links are
/// believed to carry decides only when it makes a difference beyond a margin; among workers that are as good as
/// equal the better of two that the request's seed draws is taken, so that several routers, or one that hears of
/// its choices late, do not all send to the same worker.
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

    /// The chosen plan, then the best of the others, at most ``PlacementSettings/maxRecordedPlans``; empty when no
    /// worker, or no pair of workers, can take the prompt.
    ///
    /// Each pair of workers comes once, with the fetch and the codec that suit it best. Depends on the values
    /// only: not on the order of the workers, nor on a dictionary's. O(workers), and up to 12 looks at pairs for
    /// each of ``PlacementSettings/maxPlans``.
    public func place(_ request: PlacementRequest, in cluster: ClusterSnapshot) -> ScoredPlans {
        let scorer = PlanScorer(settings: settings, request: request, cluster: cluster)
        var search = PlanSearch(scorer)
        guard let chosen = search.chosen else { return .none }
        return scorer.told(chosen, beside: search.takeScores())
    }

    /// Why `place` finds no plan; `nil` when there is one.
    public func obstacle(to request: PlacementRequest, in cluster: ClusterSnapshot) -> PlacementObstacle? {
        PlanScorer(settings: settings, request: request, cluster: cluster).obstacle
    }
}
