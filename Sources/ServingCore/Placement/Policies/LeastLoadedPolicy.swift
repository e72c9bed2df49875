/// Takes the worker of each role that has the fewest requests.
struct LeastLoadedPolicy: BaselinePolicy {
    func ranked(_ limit: Int, of workers: [Int], for part: PlanScorer.Part, _ scene: BaselineScene) -> [Int] {
        scene.leastLoaded(limit, of: workers)
    }

    func reason(among workers: [Int], _ scene: BaselineScene) -> PlacementReason { .leastLoaded }
}
