import ServingTypes

/// From which uncached prompt length on separate prefill beats prefill at the decode worker: PrfaaS' `t`, as it
/// follows from the predictions of the moment instead of a setting.
public enum OffloadThreshold: Hashable, Sendable {
    /// No prompt that fits is worth offloading.
    case never
    /// Prompts of so many tokens and more are; 1 means all.
    case tokens(Int)

    /// The length in tokens; `nil` for ``never``.
    var tokens: Int? {
        switch self {
        case .never: nil
        case .tokens(let count): count
        }
    }

    /// Finds the threshold of one decode worker by asking placement itself.
    ///
    /// Lengths are doubled until a hand-off is predicted to be faster, then bisected. Prompts count as new to all
    /// workers, and the workers' pools as empty enough: it is about time, not about room.
    /// - Parameters:
    ///   - decode: a worker that decodes.
    ///   - prefills: prefill workers to choose from, at least one for an answer.
    /// - Returns: the threshold and the prefill worker that is chosen at it; `nil` when one of the two ways is not
    ///   open at all.
    /// - Complexity: 2 · log₂ of the context in placements over `prefills`.
    static func find(
        decode: WorkerSnapshot,
        prefills: [WorkerSnapshot],
        links: LinkTable,
        placement: Placement
    ) -> (threshold: OffloadThreshold, prefill: WorkerID)? {
        var workers = [decode] + prefills
        for index in workers.indices {
            workers[index].seenAt = .zero
            workers[index].usedBlocks = 0
            workers[index].sequences = min(workers[index].sequences, workers[index].maxRunning - 1)
        }
        let cluster = ClusterSnapshot(workers: workers, links: links)
        var settings = placement.settings
        (settings.maxRecordedPlans, settings.nearTieShare, settings.linkMargin) = (workers.count, 0, 0)
        let placement = Placement(settings: settings)
        let layout = settings.layout
        let context = workers.reduce(Int.max) { least, worker in
            min(least, worker.contextTokens, worker.blockCount * layout.blockTokens)
        }
        let most = context - 1
        guard most >= 1, let nearest = compare(most, cluster, placement) else { return nil }
        var (above, chosen) = (most, nearest.prefill)
        if !nearest.isFaster {
            return (.never, chosen)
        }
        var below = 0
        var probe = min(layout.blockTokens, most)
        while probe < above {
            guard let outcome = compare(probe, cluster, placement) else { return nil }
            guard !outcome.isFaster else {
                (above, chosen) = (probe, outcome.prefill)
                break
            }
            below = probe
            probe = min(probe * 2, above)
        }
        while above - below > 1 {
            let middle = below + (above - below) / 2
            guard let outcome = compare(middle, cluster, placement) else { return nil }
            if outcome.isFaster { (above, chosen) = (middle, outcome.prefill) } else { below = middle }
        }
        return (.tokens(above), chosen)
    }

    /// Whether the best hand-off beats local prefill for a prompt of that length.
    private static func compare(
        _ tokens: Int,
        _ cluster: ClusterSnapshot,
        _ placement: Placement
    ) -> (isFaster: Bool, prefill: WorkerID)? {
        let request = PlacementRequest(tokens: tokens, capacityTokens: tokens + 1)
        let plans = placement.place(request, in: cluster)
        guard let pair = plans.first(where: { $0.plan.prefill != nil }), let prefill = pair.plan.prefill,
            let whole = plans.first(where: { $0.plan.prefill == nil })
        else { return nil }
        func cost(_ plan: ScoredPlan) -> Duration { plan.predictedTT2T + plan.harm }
        return (cost(pair) < cost(whole), prefill.id)
    }
}
