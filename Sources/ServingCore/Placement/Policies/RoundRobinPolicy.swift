/// Takes the workers of each role one after the other, by name.
struct RoundRobinPolicy: BaselinePolicy {
    let turn: PlacementTurn

    func ranked(_ limit: Int, of workers: [Int], for part: PlanScorer.Part, _ scene: BaselineScene) -> [Int] {
        let last = part == .prefill ? turn.prefill : turn.decode
        func isLater(_ index: Int) -> Bool {
            last.map { scene.scorer.cluster.workers[index].ref.id > $0 } ?? true
        }
        return scene.first(limit, of: workers) { left, right in
            let isNext = (isLater(left), isLater(right))
            return isNext.0 == isNext.1 ? left < right : isNext.0
        }
    }

    func reason(among workers: [Int], _ scene: BaselineScene) -> PlacementReason { .turn }
}
