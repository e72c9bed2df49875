import ServingTypes

/// Which of the plans that were scored is taken, where several are as good as equal.
extension PlanSearch {
    /// The chosen plan; `nil` when there is none.
    var chosen: PlanScore? {
        guard var best = scores.first else { return nil }
        best.choice = .fastest
        guard let prefill = best.prefill else { return drawn(best) }
        let loads = loads(over: scorer.share(from: prefill, to: best.decode))
        guard let least = loads.least else { return best }
        var base = known(least.prefill, least.decode)
        let isBest = base.prefill == best.prefill && base.decode == best.decode
        base.choice = isBest ? .fastest : .leastLoaded
        let limit = best.rank + scorer.settings.linkMargin * best.total
        // Links that make a real difference decide.
        guard base.rank <= limit else { return drawn(best) }
        return drawnPair(base, limit: limit, loads, least, best.total * scorer.settings.nearTieShare)
    }

    /// A pair's score; most pairs that may be chosen have theirs already.
    private func known(_ prefill: Int, _ decode: Int) -> PlanScore {
        let (sender, receiver) = (prefills[prefill].side.place, decodes[decode].place)
        let index = scores.firstIndex { $0.decode == receiver && $0.prefill == sender }
        return index.map { scores[$0] } ?? score(prefill, decode)
    }

    /// What each worker of the search would take if all links were equal: the decode workers' after the prefill
    /// workers'.
    private struct Loads {
        var seconds: [Double] = []
        var prefillCount = 0

        /// The least loaded pair; of equals the first.
        var least: (prefill: Int, decode: Int)? {
            let (prefills, decodes) = (seconds[..<prefillCount], seconds[prefillCount...])
            guard let prefill = prefills.indices.min(by: { seconds[$0] < seconds[$1] }),
                let decode = decodes.indices.min(by: { seconds[$0] < seconds[$1] })
            else { return nil }
            return (prefill, decode - prefillCount)
        }
    }

    private func loads(over share: LinkShare) -> Loads {
        let route = KVRoute(bytesPerSecond: share.bytesPerSecond)
        var loads = Loads()
        loads.prefillCount = prefills.count
        loads.seconds.reserveCapacity(prefills.count + decodes.count)
        for index in prefills.indices {
            loads.seconds.append(prefills[index].bound.node)
        }
        let index = prefills.indices.min { prefills[$0].side.plain.prefill < prefills[$1].side.plain.prefill }
        guard var fastest = index.map({ prefills[$0].side.plain }) else { return loads }
        // What is on the way has drained.
        fastest.wait = .infinity
        for index in decodes.indices {
            let bytes = decodes[index].missingBytes
            let exposed = route.exposed(bytes: bytes, part: scorer.part, behind: fastest)
            loads.seconds.append(decodes[index].bound.node + exposed)
        }
        return loads
    }

    /// The better of two draws among pairs that are loaded as little as the given one, if their links are no
    /// worse than `limit` allows; otherwise the given one.
    private func drawnPair(
        _ base: PlanScore,
        limit: Double,
        _ loads: Loads,
        _ least: (prefill: Int, decode: Int),
        _ tolerance: Double
    ) -> PlanScore {
        guard scorer.settings.nearTieShare > 0 else { return base }
        let (seconds, count) = (loads.seconds, loads.prefillCount)
        let (mostPrefill, mostDecode) = (
            seconds[least.prefill] + tolerance, seconds[count + least.decode] + tolerance
        )
        let prefillCount = seconds[..<count].count { $0 <= mostPrefill }
        let decodeCount = seconds[count...].count { $0 <= mostDecode }
        guard prefillCount * decodeCount > 1 else { return base }
        let equalPrefills = prefills.indices.filter { seconds[$0] <= mostPrefill }
        let equalDecodes = decodes.indices.filter { seconds[count + $0] <= mostDecode }
        var draw = SplitMix64(seed: scorer.request.seed)
        var better: PlanScore?
        for _ in 0..<2 {
            let prefill = equalPrefills[draw.int(in: 0...equalPrefills.count - 1)]
            let drawn = known(prefill, equalDecodes[draw.int(in: 0...equalDecodes.count - 1)])
            if drawn.rank <= limit, better.map({ drawn.key < $0.key }) ?? true { better = drawn }
        }
        guard var better, better.prefill != base.prefill || better.decode != base.decode else { return base }
        better.choice = .drawn
        return better
    }

    /// The better of two draws among the plans that were scored and are as good as the best one.
    private func drawn(_ best: PlanScore) -> PlanScore {
        guard scorer.settings.nearTieShare > 0 else { return best }
        let limit = best.rank + scorer.settings.nearTieShare * best.total
        let equal = scores.prefix { $0.rank <= limit }
        guard equal.count > 1 else { return best }
        var draw = SplitMix64(seed: scorer.request.seed)
        let drawn = min(draw.int(in: 0...equal.count - 1), draw.int(in: 0...equal.count - 1))
        guard drawn > 0 else { return best }
        var chosen = equal[drawn]
        chosen.choice = .drawn
        return chosen
    }
}
