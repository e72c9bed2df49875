import ServingTypes

/// What a baseline chooses from: places in the snapshot of those that can take a part now.
///
/// Of the workers that can, only those count that failed the request least.
struct BaselineScene: Sendable {
    let scorer: PlanScorer
    /// For a prompt that is handed off.
    let prefills: [Int]
    /// To take a hand-off.
    let decodes: [Int]
    /// For prefill and decode at one place.
    let wholes: [Int]

    init(_ scorer: PlanScorer) {
        self.scorer = scorer
        func able(_ part: PlanScorer.Part) -> [Int] {
            let able = scorer.cluster.rows.indices.filter { place in
                scorer.cluster.rows[place].role == part.role && scorer.takes(place, part)
            }
            guard !scorer.request.failures.isEmpty else { return able }
            let failures = able.map(scorer.failureCount)
            let fewest = failures.min() ?? 0
            return zip(able, failures).filter { $1 == fewest }.map(\.0)
        }
        prefills = able(.prefill)
        decodes = able(.decode)
        wholes = scorer.settings.allowsLocalPrefill ? able(.whole) : []
    }

    /// Whether the prompt can be prefilled at one worker and decoded at another.
    var isSeparable: Bool { !prefills.isEmpty && !decodes.isEmpty }

    /// Requests that a worker has.
    func requests(_ index: Int) -> Int { scorer.cluster.workers[index].sequences }

    /// Prompt tokens that need not be computed at a worker.
    func hitTokens(_ index: Int) -> Int { scorer.hitBlocks(index) * scorer.settings.layout.blockTokens }

    /// The least loaded first.
    func leastLoaded(_ limit: Int, of workers: [Int]) -> [Int] {
        first(limit, of: workers) { isLessLoaded($0, than: $1) }
    }

    /// Orders by requests, then by tokens to compute, by KV blocks in use, and by name.
    func isLessLoaded(_ left: Int, than right: Int) -> Bool {
        let (one, other) = (scorer.cluster.workers[left], scorer.cluster.workers[right])
        guard one.sequences == other.sequences else { return one.sequences < other.sequences }
        guard one.queuedTokens == other.queuedTokens else { return one.queuedTokens < other.queuedTokens }
        guard one.usedBlocks == other.usedBlocks else { return one.usedBlocks < other.usedBlocks }
        return left < right  // Places are in the order of names.
    }

    /// The first few in an order that has no ties; O(workers) unless they come last first.
    func first(_ limit: Int, of workers: [Int], by precedes: (Int, Int) -> Bool) -> [Int] {
        var kept: [Int] = []
        for worker in workers {
            if kept.count == limit {
                guard precedes(worker, kept[limit - 1]) else { continue }
                kept.removeLast()
            }
            let before = kept.lastIndex { precedes($0, worker) }
            kept.insert(worker, at: before.map { $0 + 1 } ?? 0)
        }
        return kept
    }
}
