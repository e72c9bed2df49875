import ServingTypes

/// Which of the plans that were scored is taken, where several are as good as equal.
extension PlanSearch {
    /// The chosen plan; `nil` when there is none.
    var chosen: PlanScore? {
        guard let first = ranking.first else { return nil }
        var best = scores[first]
        best.choice = .fastest
        guard best.prefill != nil else { return drawn(best) }
        let loads = loads(over: scorer.share(from: best.prefill ?? best.decode, to: best.decode))
        guard let (prefill, decode) = loads.least else { return best }
        var base = score(prefill, decode)
        let isBest = base.prefill == best.prefill && base.decode == best.decode
        base.choice = isBest ? .fastest : .leastLoaded
        let limit = best.rank + settings.linkMargin * best.total
        // Links that make a real difference decide.
        guard base.rank <= limit else { return drawn(best) }
        return drawnPair(base, limit: limit, loads, best.total * settings.nearTieShare)
    }

    /// What each worker of the search would take if all links were equal.
    private struct Loads {
        var prefills: [Double]
        var decodes: [Double]

        /// The least loaded pair; of equals the first.
        var least: (prefill: Int, decode: Int)? {
            guard let prefill = Self.least(of: prefills), let decode = Self.least(of: decodes) else {
                return nil
            }
            return (prefill, decode)
        }

        private static func least(of loads: [Double]) -> Int? {
            var least: Int?
            for index in loads.indices {
                if least.map({ loads[index] < loads[$0] }) ?? true { least = index }
            }
            return least
        }
    }

    private func loads(over share: LinkShare) -> Loads {
        let route = KVRoute(bytesPerSecond: share.bytesPerSecond)
        let prefill = prefills.map(\.side.plain.prefill).min() ?? 0
        return Loads(
            prefills: prefills.map(\.bound.node),
            decodes: decodes.map { candidate in
                let bytes = candidate.missingBytes
                return candidate.bound.node
                    + route.exposed(bytes: bytes, part: scorer.part, wait: .infinity, prefill: prefill)
            }
        )
    }

    /// The better of two draws among pairs that are loaded as little as the given one, if their links are no
    /// worse than `limit` allows; otherwise the given one.
    private func drawnPair(
        _ base: PlanScore,
        limit: Double,
        _ loads: Loads,
        _ tolerance: Double
    ) -> PlanScore {
        guard settings.nearTieShare > 0, let least = loads.least else { return base }
        let mostPrefill = loads.prefills[least.prefill] + tolerance
        let mostDecode = loads.decodes[least.decode] + tolerance
        let equalPrefills = loads.prefills.indices.filter { loads.prefills[$0] <= mostPrefill }
        let equalDecodes = loads.decodes.indices.filter { loads.decodes[$0] <= mostDecode }
        guard equalPrefills.count * equalDecodes.count > 1 else { return base }
        var draw = SplitMix64(seed: scorer.request.seed)
        var better: PlanScore?
        for _ in 0..<2 {
            let prefill = equalPrefills[draw.int(in: 0...equalPrefills.count - 1)]
            let drawn = score(prefill, equalDecodes[draw.int(in: 0...equalDecodes.count - 1)])
            if drawn.rank <= limit, better.map({ drawn.key < $0.key }) ?? true { better = drawn }
        }
        guard var better, better.prefill != base.prefill || better.decode != base.decode else { return base }
        better.choice = .drawn
        return better
    }

    /// The better of two draws among the plans that were scored and are as good as the best one.
    private func drawn(_ best: PlanScore) -> PlanScore {
        guard settings.nearTieShare > 0 else { return best }
        let limit = best.rank + settings.nearTieShare * best.total
        let equal = ranking.prefix { scores[$0].rank <= limit }
        var draw = SplitMix64(seed: scorer.request.seed)
        let drawn = min(draw.int(in: 0...equal.count - 1), draw.int(in: 0...equal.count - 1))
        guard drawn > 0 else { return best }
        var chosen = scores[equal[drawn]]
        chosen.choice = .drawn
        return chosen
    }
}
