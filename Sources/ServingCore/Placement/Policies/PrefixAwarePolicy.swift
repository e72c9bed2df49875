/// Takes the worker of each role that has most of the prompt cached, as long as requests are spread evenly.
///
/// The rule is that of SGLang's router: where the most and the fewest requests of a role differ by more than
/// a number and by more than a factor, the shortest queue; otherwise the longest prefix hit if it is more than
/// a share of the prompt, and where there is none the shortest queue again.
/// Source: SGLang, sgl-router, `cache_aware`.
struct PrefixAwarePolicy: BaselinePolicy {
    let settings: BaselineSettings

    func ranked(_ limit: Int, of workers: [Int], for part: PlanScorer.Part, _ scene: BaselineScene) -> [Int] {
        guard case .prefixHit = reason(among: workers, scene) else {
            return scene.leastLoaded(limit, of: workers)
        }
        return scene.first(limit, of: workers) { left, right in
            let hits = (scene.hitTokens(left), scene.hitTokens(right))
            return hits.0 == hits.1 ? scene.isLessLoaded(left, than: right) : hits.0 > hits.1
        }
    }

    func reason(among workers: [Int], _ scene: BaselineScene) -> PlacementReason {
        let requests = workers.map(scene.requests)
        let (most, fewest) = (requests.max() ?? 0, requests.min() ?? 0)
        if most - fewest > settings.balanceRequests, Double(most) > settings.balanceRatio * Double(fewest) {
            return .imbalance(mostRequests: most, fewestRequests: fewest)
        }
        let hit = workers.reduce(0) { max($0, scene.hitTokens($1)) }
        let promptTokens = scene.scorer.request.tokens
        return Double(hit) > settings.matchThreshold * Double(promptTokens)
            ? .prefixHit(tokens: hit, promptTokens: promptTokens)
            : .noPrefixHit(tokens: hit, promptTokens: promptTokens)
    }
}
