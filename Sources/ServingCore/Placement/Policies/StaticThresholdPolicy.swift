/// Sends prompts with much to compute to a prefill worker, the others to where they are decoded; on each side
/// the least loaded takes it.
///
/// What must be computed is counted at the decode worker that would be taken. Source: vLLM's and Dynamo's
/// disaggregation thresholds, which are fixed numbers of uncached tokens.
struct StaticThresholdPolicy: BaselinePolicy {
    let threshold: Int

    func prefersLocal(_ scene: BaselineScene) -> Bool { uncachedTokens(scene) < threshold }

    func ranked(_ limit: Int, of workers: [Int], for part: PlanScorer.Part, _ scene: BaselineScene) -> [Int] {
        scene.leastLoaded(limit, of: workers)
    }

    func reason(among workers: [Int], _ scene: BaselineScene) -> PlacementReason {
        .uncached(tokens: uncachedTokens(scene), threshold: threshold)
    }

    private func uncachedTokens(_ scene: BaselineScene) -> Int {
        let places = scene.wholes.isEmpty ? scene.decodes : scene.wholes
        let held = scene.leastLoaded(1, of: places).first.map(scene.hitTokens) ?? 0
        return scene.scorer.request.tokens - held
    }
}
