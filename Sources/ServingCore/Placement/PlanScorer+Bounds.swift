import ServingTypes

/// What a plan with one worker takes at least, whoever the other one is: by what workers are passed over.
extension PlanScorer {
    /// Bounds of one worker's part, in seconds, with what is worse than any time.
    struct Bound {
        /// Without the hand-off.
        var node: Double
        /// With it, over the fastest way that begins or ends at the worker.
        var rank: Double
    }

    /// - Parameter crossing: bytes that any decode worker lacks.
    @inline(__always) func bound(_ side: PrefillSide, _ row: PlacementRow, crossing: Double) -> Bound {
        var ready = side.plain.ready
        if let fetched = fetchBound(side, row) { ready = min(ready, fetched.ready) }
        let node = ready + lateness(ready) + penalty(failures: side.failures)
        let reach = cluster.links.reach(from: side.link, peers: cluster.decodes.count)
        return Bound(node: node, rank: node + handOff(crossing, reach, prefill: side.plain.prefill))
    }

    /// - Parameter prefill: what the slowest prefill worker takes: a longer prefill hides more of the hand-off.
    @inline(__always) func bound(_ side: DecodeSide, prefill: Double) -> Bound {
        let node = nodeBound(side)
        let reach = cluster.links.reach(to: side.local.link, peers: cluster.prefills.count)
        let bytes = Double(side.missingBytes) * crossingShare
        return Bound(node: node, rank: node + handOff(bytes, reach, prefill: prefill))
    }

    /// Without the hand-off.
    @inline(__always) func nodeBound(_ side: DecodeSide) -> Double {
        side.admission + side.handOffStep + penalty(failures: side.local.failures)
            + penalty(step: side.handOffStep)
    }

    /// For a prompt that is prefilled where it is decoded: what it takes beside being computed.
    @inline(__always) func waitBound(whole side: DecodeSide) -> Double {
        side.local.plain.wait + side.admission + side.wholeStep + penalty(failures: side.local.failures)
            + penalty(step: side.wholeStep)
    }

    /// For a prompt that is prefilled where it is decoded without a fetch.
    @inline(__always) func bound(computing side: DecodeSide) -> Double {
        let harm = settings.harmWeight * Double(side.running) * side.local.plain.prefill
        return waitBound(whole: side) + side.local.plain.prefill + harm
            + lateness(side.local.plain.ready + side.admission)
    }

    /// For a prompt that is prefilled where it is decoded.
    @inline(__always) func bound(whole side: DecodeSide, _ row: PlacementRow) -> Double {
        let harm = settings.harmWeight * Double(side.running)
        var (ready, total) = (
            side.local.plain.ready, side.local.plain.ready + harm * side.local.plain.prefill
        )
        if let fetched = fetchBound(side.local, row) {
            ready = min(ready, fetched.ready)
            total = min(total, fetched.ready + harm * fetched.prefill)
        }
        return waitBound(whole: side) - side.local.plain.wait + total + lateness(ready + side.admission)
    }

    /// With the longest prefix that anybody holds, fetched as fast as any way to the worker allows.
    @inline(__always) private func fetchBound(_ side: PrefillSide, _ row: PlacementRow) -> PrefillWay? {
        guard mostHitBlocks > side.hitBlocks, settings.maxFetchSources > 0 else { return nil }
        let bytes = Double((mostHitBlocks - side.hitBlocks) * blockBytes) * crossingShare
        let seconds = fetchLatency + bytes / cluster.links.reach(to: side.link, peers: .max)
        return PrefillWay(
            fetch: nil,
            wait: max(side.plain.wait, seconds),
            prefill: prefillSeconds(row, heldBlocks: mostHitBlocks)
        )
    }

    @inline(__always) private func handOff(_ bytes: Double, _ reach: Double, prefill: Double) -> Double {
        KVRoute(bytesPerSecond: reach).exposed(bytes: bytes, part: part, wait: .infinity, prefill: prefill)
    }
}
