import ServingTypes

/// One entrance for all policies.
extension Placement {
    /// Workers of each side whose plans are scored beside the chosen one, for the record.
    private static let rankedPerSide = 3

    /// Chooses workers by the policy of the settings.
    ///
    /// Depends on the values only, as ``place(_:in:)`` does. O(workers) for every policy but the default.
    /// - Parameter turn: who was chosen last; only `round_robin` looks at it.
    public func decide(
        _ request: PlacementRequest,
        in cluster: ClusterSnapshot,
        turn: PlacementTurn
    ) -> PlacementDecision {
        let baselines = settings.baselines
        switch settings.policy {
        case .leastTT2T:
            let plans = place(request, in: cluster)
            return decision(.predicted(plans.choice ?? .fastest), plans, request)
        case .roundRobin: return decide(by: RoundRobinPolicy(turn: turn), request, cluster)
        case .leastLoaded: return decide(by: LeastLoadedPolicy(), request, cluster)
        case .powerOfTwo: return decide(by: PowerOfTwoPolicy(), request, cluster)
        case .prefixAware: return decide(by: PrefixAwarePolicy(settings: baselines), request, cluster)
        case .staticThreshold:
            return decide(by: StaticThresholdPolicy(threshold: baselines.separateTokens), request, cluster)
        }
    }

    private func decision(
        _ reason: PlacementReason,
        _ plans: ScoredPlans,
        _ request: PlacementRequest
    ) -> PlacementDecision {
        let basis = PlacementBasis(
            policy: settings.policy,
            reason: reason,
            planCount: plans.count,
            tokens: request.tokens
        )
        return PlacementDecision(plans: plans, basis: basis)
    }

    /// Lets a baseline choose, and scores its choice and the next few.
    private func decide(
        by policy: some BaselinePolicy,
        _ request: PlacementRequest,
        _ cluster: ClusterSnapshot
    ) -> PlacementDecision {
        let scene = BaselineScene(PlanScorer(settings: settings, request: request, cluster: cluster))
        let isLocal =
            !scene.isSeparable || (!scene.wholes.isEmpty && policy.prefersLocal(scene))
        let computing = isLocal ? scene.wholes : scene.prefills
        guard !computing.isEmpty else { return decision(policy.reason(among: [], scene), .none, request) }
        let scores = isLocal ? localPlans(policy, scene) : separatePlans(policy, scene)
        let reason: PlacementReason =
            isLocal && !policy.prefersLocal(scene) ? .onlyLocal : policy.reason(among: computing, scene)
        let others = scores.dropFirst().sorted { $0.key < $1.key }
        let plans = scores.first.map { scene.scorer.told($0, beside: others) } ?? .none
        return decision(reason, plans, request)
    }

    private func localPlans(_ policy: some BaselinePolicy, _ scene: BaselineScene) -> [PlanScore] {
        policy.ranked(Self.rankedPerSide, of: scene.wholes, for: .whole, scene).map { place in
            scene.scorer.score(whole: place)
        }
    }

    private func separatePlans(_ policy: some BaselinePolicy, _ scene: BaselineScene) -> [PlanScore] {
        let prefills = policy.ranked(Self.rankedPerSide, of: scene.prefills, for: .prefill, scene)
        return policy.ranked(Self.rankedPerSide, of: scene.decodes, for: .decode, scene).flatMap { decode in
            prefills.map { scene.scorer.score(prefill: $0, decode: decode) }
        }
    }
}
