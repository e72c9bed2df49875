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
        @inline(__always) func bound(_ workers: WorkerLanes, _ beside: LaneInputs) -> LaneBounds {
            let (prefill, least, lastTokens) = prefillBounds(workers, beside, answers: nil)
            let ready = least.wait + least.prefill
            let reach = lanes(workers) { cluster.links.reach(from: $0, peers: cluster.decodes.count) }
            let node = ready + lateness(ready) + beside.failed
            let bytes = Lanes(repeating: crossing)
            let last = lastBytes(tokens: lastTokens.atMost(workers.stepTokens))
            return LaneBounds(
                node: node,
                rank: node + handOff(bytes, reach, prefill: prefill, lastBytes: last),
                computing: beside.queue + prefill,
                prefill: prefill
            )
        }
        return bounds(cluster.prefills, cluster.prefillLanes, bound)
    }

    /// Bounds of all decode workers for a prompt that is prefilled elsewhere.
    ///
    /// - Parameters:
    ///   - prefill: what the slowest prefill worker takes: a longer prefill hides more of the hand-off.
    ///   - ready: when the prompt can be computed; prompts of their own that are done by then are in nobody's way.
    ///   - lastBytes: what any prefill worker sends last at least.
    func decodeBounds(prefill: Double, ready: Double, lastBytes: Double) -> [LaneBounds] {
        let tokens = budget?.tokens ?? request.tokens
        let (blocks, prefill) = (Double(blockCount(tokens: tokens)), Lanes(repeating: prefill))
        @inline(__always) func bound(_ workers: WorkerLanes, _ beside: LaneInputs) -> LaneBounds {
            let missing = budget == nil ? blocks - beside.held : Lanes(repeating: blocks)
            let (admission, step) = steps(workers, tokens)
            let node = admission + step + beside.failed + penalty(step: step)
            let reach = lanes(workers) { cluster.links.reach(to: $0, peers: cluster.prefills.count) }
            let bytes = missing * (Double(blockBytes) * crossingShare)
            let chunk = (1 + Self.runningShare) * workers.chunkSeconds(at: now + ready)
            let exposed = handOff(bytes, reach, prefill: prefill, lastBytes: Lanes(repeating: lastBytes))
            return LaneBounds(node: node, rank: node + chunk + exposed)
        }
        return bounds(cluster.decodes, cluster.decodeLanes, bound)
    }

    /// Bounds of all decode workers for a prompt that is prefilled where it is decoded.
    func wholeBounds() -> [LaneBounds] {
        @inline(__always) func bound(_ workers: WorkerLanes, _ beside: LaneInputs) -> LaneBounds {
            let (admission, step) = steps(workers, request.tokens)
            let answers = admission / Self.runningShare
            let (prefill, least, _) = prefillBounds(workers, beside, answers: answers)
            let harm = settings.harmWeight * workers.decoding
            let after = step + beside.failed + penalty(step: step)
            let computed = beside.queue.atLeast(admission) + prefill
            let fetched = least.wait.atLeast(admission) + least.prefill
            let total = (computed + harm * prefill).atMost(fetched + harm * least.prefill)
            let rank = after + total + lateness(computed.atMost(fetched))
            let computing = after + computed + harm * prefill + lateness(computed)
            return LaneBounds(node: rank, rank: rank, computing: computing, prefill: prefill)
        }
        return bounds(cluster.decodes, cluster.decodeLanes, bound)
    }

    // MARK: Parts

    /// What the request makes of two workers side by side.
    private struct LaneInputs {
        /// Until the prompt would start.
        var queue: Lanes
        /// Leading blocks that they hold.
        var held: Lanes
        /// For those that failed the request.
        var failed: Lanes
    }

    /// - Parameter bound: a function that is always inlined, which a closure is not.
    @inline(__always) private func bounds(
        _ places: [Int],
        _ workers: [WorkerLanes],
        _ bound: (WorkerLanes, LaneInputs) -> LaneBounds
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
            let queue = queueSeconds(workers[index], held, places[first], places[last])
            all.append(bound(workers[index], LaneInputs(queue: queue, held: held, failed: failed)))
        }
        return all
    }

    /// What prefill takes without a fetch, and the wait, the prefill and the tokens to compute with the longest prefix
    /// that anybody holds if that is sooner.
    ///
    /// - Parameter answers: running answers' part of each step; `nil` where prompts are never cut beside answers.
    @inline(__always) private func prefillBounds(
        _ workers: WorkerLanes,
        _ beside: LaneInputs,
        answers: Lanes?
    ) -> (prefill: Lanes, least: (wait: Lanes, prefill: Lanes), tokens: Lanes) {
        let tokens = Double(request.tokens)
        @inline(__always) func seconds(_ new: Lanes) -> Lanes {
            let alone = workers.prefillSeconds(newTokens: new, contextTokens: tokens)
            return answers.map { alone + workers.cuttingSeconds(newTokens: new, answers: $0) } ?? alone
        }
        let (queue, held) = (beside.queue, beside.held)
        let new = tokens - held * Double(blockTokens)
        let prefill = seconds(new)
        guard mayFetch else { return (prefill, (queue, prefill), new) }
        let most = Double(mostHitBlocks)
        let reach = lanes(workers) { cluster.links.reach(to: $0, peers: .max) }
        let bytes = (most - held) * (Double(blockBytes) * crossingShare)
        let wait = queue.atLeast(fetchLatency + bytes / reach)
        let left = Lanes(repeating: tokens - most * Double(blockTokens))
        let rest = seconds(left)
        let isSooner = wait + rest .< queue + prefill
        return (
            prefill,
            (
                queue.replacing(with: wait, where: isSooner),
                prefill.replacing(with: rest, where: isSooner)
            ),
            new.replacing(with: left, where: isSooner)
        )
    }

    /// Until the running steps end, on average, and the first step with so many tokens more.
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
        let left = Self.runningShare * running
        return (Lanes.zero.replacing(with: left, where: workers.decoding .> 0), step)
    }

    /// What of a hand-off over an idle way of this rate no prefill hides.
    @inline(__always) private func handOff(
        _ bytes: Lanes,
        _ reach: Lanes,
        prefill: Lanes,
        lastBytes: Lanes
    ) -> Lanes {
        (bytes / reach - prefill).atLeast((bytes * part).atMost(lastBytes) / reach)
    }

    /// What is sent last when so many tokens are computed in the last step.
    @inline(__always) private func lastBytes(tokens: Lanes) -> Lanes {
        guard budget == nil else { return Lanes(repeating: .infinity) }
        return tokens * (part * Double(blockBytes) / Double(blockTokens))
    }

    @inline(__always) private func lanes(_ workers: WorkerLanes, _ reach: (Int) -> Double) -> Lanes {
        Lanes(reach(workers.links[0]), reach(workers.links[1]))
    }

    /// With a prefix that is fetched as fast as any way to the worker allows.
    @inline(__always) func fetchBound(_ side: PrefillSide, blocks: Int) -> PrefillWay {
        let bytes = Double((blocks - side.hitBlocks) * blockBytes) * crossingShare
        let seconds = fetchLatency + bytes / cluster.links.reach(to: side.link, peers: .max)
        return prefillWay(
            at: cluster.rows[side.place],
            heldBlocks: blocks,
            wait: max(side.plain.wait, seconds)
        )
    }
}
