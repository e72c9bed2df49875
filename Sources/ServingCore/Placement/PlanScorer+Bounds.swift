import ServingTypes

/// What a plan with one worker takes at least, whoever the other one is: by what workers are passed over.
///
/// In seconds, with what is worse than any time.
extension PlanScorer {
    typealias Lanes = WorkerLanes.Lanes

    /// Bounds of one worker's part.
    struct Bound {
        /// Without the hand-off.
        var node: Double
        /// With it, over the fastest way that begins or ends at the worker.
        var rank: Double
    }

    /// The bounds of two workers side by side, as they stand in ``WorkerLanes``.
    struct LaneBounds {
        var node = Lanes.zero
        var rank = Lanes.zero
        /// Without a fetch and a hand-off; for what is handed off to them without meaning.
        var computing = Lanes.zero
        /// Time to prefill what they do not hold.
        var prefill = Lanes.zero
    }

    /// Bounds of all prefill workers.
    ///
    /// - Parameter crossing: bytes that any decode worker lacks.
    func prefillBounds(crossing: Double) -> [LaneBounds] {
        bounds(cluster.prefills, cluster.prefillLanes) { workers, queue, held, failed in
            let (prefill, least) = prefillBounds(workers, queue, held)
            let ready = least.wait + least.prefill
            let reach = lanes(workers) { cluster.links.reach(from: $0, peers: cluster.decodes.count) }
            let node = ready + lateness(ready) + failed
            return LaneBounds(
                node: node,
                rank: node + handOff(Lanes(repeating: crossing), reach, prefill: prefill),
                computing: queue + prefill,
                prefill: prefill
            )
        }
    }

    /// Bounds of all decode workers for a prompt that is prefilled elsewhere.
    ///
    /// - Parameter prefill: what the slowest prefill worker takes: a longer prefill hides more of the hand-off.
    func decodeBounds(prefill: Double) -> [LaneBounds] {
        let tokens = budget?.tokens ?? request.tokens
        let (blocks, prefill) = (Double(blockCount(tokens: tokens)), Lanes(repeating: prefill))
        return bounds(cluster.decodes, cluster.decodeLanes) { workers, _, held, failed in
            let missing = budget == nil ? blocks - held : Lanes(repeating: blocks)
            let (admission, step) = steps(workers, tokens)
            let node = admission + step + failed + penalty(step: step)
            let reach = lanes(workers) { cluster.links.reach(to: $0, peers: cluster.prefills.count) }
            let bytes = missing * (Double(blockBytes) * crossingShare)
            return LaneBounds(node: node, rank: node + handOff(bytes, reach, prefill: prefill))
        }
    }

    /// Bounds of all decode workers for a prompt that is prefilled where it is decoded.
    func wholeBounds() -> [LaneBounds] {
        bounds(cluster.decodes, cluster.decodeLanes) { workers, queue, held, failed in
            let (prefill, least) = prefillBounds(workers, queue, held)
            let (admission, step) = steps(workers, request.tokens)
            let harm = settings.harmWeight * workers.decoding
            let beside = admission + step + failed + penalty(step: step)
            let computed = queue + prefill
            let fetched = least.wait + least.prefill
            let total = (computed + harm * prefill).atMost(fetched + harm * least.prefill)
            let rank = beside + total + lateness(computed.atMost(fetched) + admission)
            let computing = beside + computed + harm * prefill + lateness(computed + admission)
            return LaneBounds(node: rank, rank: rank, computing: computing, prefill: prefill)
        }
    }

    // MARK: Parts

    @inline(__always) private func bounds(
        _ places: [Int],
        _ workers: [WorkerLanes],
        _ bound: (WorkerLanes, _ queueSeconds: Lanes, _ heldBlocks: Lanes, _ failed: Lanes) -> LaneBounds
    ) -> [LaneBounds] {
        var all: [LaneBounds] = []
        all.reserveCapacity(workers.count)
        for index in workers.indices {
            let first = WorkerLanes.count * index
            let last = min(first + 1, places.count - 1)
            let held = Lanes(Double(hitBlocks(places[first])), Double(hitBlocks(places[last])))
            let failed = Lanes(
                penalty(failures: failureCount(places[first])),
                penalty(failures: failureCount(places[last]))
            )
            let queue = queueSeconds(workers[index], places[first], places[last])
            all.append(bound(workers[index], queue, held, failed))
        }
        return all
    }

    /// What prefill takes without a fetch, and the wait and the prefill with the longest prefix that anybody holds if
    /// that is sooner.
    @inline(__always) private func prefillBounds(
        _ workers: WorkerLanes,
        _ queue: Lanes,
        _ held: Lanes
    ) -> (prefill: Lanes, least: (wait: Lanes, prefill: Lanes)) {
        let tokens = Double(request.tokens)
        let new = tokens - held * Double(blockTokens)
        let prefill = workers.prefillSeconds(newTokens: new, contextTokens: tokens)
        guard mayFetch else { return (prefill, (queue, prefill)) }
        let most = Double(mostHitBlocks)
        let reach = lanes(workers) { cluster.links.reach(to: $0, peers: .max) }
        let bytes = (most - held) * (Double(blockBytes) * crossingShare)
        let wait = queue.atLeast(fetchLatency + bytes / reach)
        let left = Lanes(repeating: tokens - most * Double(blockTokens))
        let rest = workers.prefillSeconds(newTokens: left, contextTokens: tokens)
        let isSooner = wait + rest .< queue + prefill
        return (
            prefill,
            (
                queue.replacing(with: wait, where: isSooner),
                prefill.replacing(with: rest, where: isSooner)
            )
        )
    }

    /// Until the running steps end, and the first step with so many tokens more.
    @inline(__always) private func steps(
        _ workers: WorkerLanes,
        _ tokens: Int
    ) -> (admission: Lanes, step: Lanes) {
        let held = workers.decodingTokens(blockTokens: blockTokens)
        let running = workers.decodeStepSeconds(batch: workers.decoding, contextTokens: held)
        let step = workers.decodeStepSeconds(
            batch: workers.decoding + 1,
            contextTokens: held + Double(tokens)
        )
        return (Lanes.zero.replacing(with: running, where: workers.decoding .> 0), step)
    }

    /// What of a hand-off over an idle way of this rate no prefill hides.
    @inline(__always) private func handOff(_ bytes: Lanes, _ reach: Lanes, prefill: Lanes) -> Lanes {
        let wire = bytes / reach
        let last = wire * part
        return (wire - prefill * (1 - part) - last).atLeast(.zero) + last
    }

    @inline(__always) private func lanes(_ workers: WorkerLanes, _ reach: (Int) -> Double) -> Lanes {
        Lanes(reach(workers.links[0]), reach(workers.links[1]))
    }

    /// With a prefix that is fetched as fast as any way to the worker allows.
    @inline(__always) func fetchBound(_ side: PrefillSide, blocks: Int) -> PrefillWay {
        let bytes = Double((blocks - side.hitBlocks) * blockBytes) * crossingShare
        let seconds = fetchLatency + bytes / cluster.links.reach(to: side.link, peers: .max)
        return PrefillWay(
            fetch: nil,
            wait: max(side.plain.wait, seconds),
            prefill: prefillSeconds(side.place, heldBlocks: blocks)
        )
    }
}
