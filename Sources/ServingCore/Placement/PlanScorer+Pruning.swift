/// Which workers are looked at when there are too many pairs of them.
extension PlanScorer {
    /// Places of the best workers by failures, then by time, then by name, in no order.
    ///
    /// Every site keeps its best one as long as that takes no more than half: a slower worker nearby may beat
    /// the fastest one far away. O(workers) unless they come worst first.
    func best(_ limit: Int, of ranked: [RankedWorker]) -> [Int] {
        guard ranked.count > limit else { return Array(ranked.indices) }
        var sites: [String: Int] = [:]
        var kept: [Int] = []
        for index in ranked.indices {
            let site = workers[ranked[index].worker].site
            if sites[site].map({ precedes(ranked[index], ranked[$0]) }) ?? true { sites[site] = index }
            if kept.count == limit {
                guard precedes(ranked[index], ranked[kept[limit - 1]]) else { continue }
                kept.removeLast()
            }
            let before = kept.lastIndex { precedes(ranked[$0], ranked[index]) }
            kept.insert(index, at: before.map { $0 + 1 } ?? 0)
        }
        let bestOfSites = sites.values.sorted { precedes(ranked[$0], ranked[$1]) }
        let chosen = Array(bestOfSites.prefix(max(1, limit / 2)))
        return chosen + kept.filter { !chosen.contains($0) }.prefix(limit - chosen.count)
    }

    private func precedes(_ left: RankedWorker, _ right: RankedWorker) -> Bool {
        guard left.failures == right.failures else { return left.failures < right.failures }
        return left.seconds == right.seconds
            ? isLower(left.worker, right.worker) : left.seconds < right.seconds
    }
}
