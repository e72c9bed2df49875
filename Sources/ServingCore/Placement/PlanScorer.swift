import ServingTypes

/// Predicts what plans for one request take; seconds are `Double`, as the cost model's are.
struct PlanScorer: Sendable {
    let settings: PlacementSettings
    let request: PlacementRequest
    let workers: [WorkerSnapshot]
    private let links: LinkTable
    /// What may be used, the least lossy first.
    let codecs: [KVCodec]
    /// Applies to hand-offs; `nil` for a prompt that is not longer.
    let budget: KVBudget?
    /// Leading blocks that each worker holds and that need not be computed; empty when none holds any.
    private let hits: [Int]

    init(settings: PlacementSettings, request: PlacementRequest, cluster: ClusterSnapshot) {
        precondition(request.tokens > 0, "a prompt has at least one token")
        self.settings = settings
        self.request = request
        workers = cluster.workers
        links = cluster.links
        codecs = KVCodec.allCases.filter(request.quality.codecs.contains)
        budget = request.quality.budget.flatMap { request.tokens > $0.tokens ? $0 : nil }
        // The last token is always computed to obtain logits.
        let limit = (request.tokens - 1) / settings.layout.blockTokens
        let held = request.hitBlocks
        hits = held.isEmpty ? [] : cluster.workers.map { min(held[$0.ref.id, default: 0], limit) }
    }

    /// Rate of a way that nothing is known of, in bytes per second.
    var priorBytesPerSecond: Double { links.settings.priorBytesPerSecond }

    /// Whether a worker comes before another when nothing else tells them apart.
    func isLower(_ left: Int, _ right: Int) -> Bool { workers[left].ref < workers[right].ref }

    /// Leading blocks that a worker holds and that need not be computed.
    func hitBlocks(_ worker: Int) -> Int { hits.isEmpty ? 0 : hits[worker] }

    func prefillSide(_ worker: Int) -> PrefillSide {
        let hit = hitBlocks(worker)
        return PrefillSide(
            worker: worker,
            failures: request.failures[workers[worker].ref.id, default: 0],
            hitBlocks: hit,
            plain: PrefillWay(wait: queueSeconds(worker), prefill: prefillSeconds(worker, heldBlocks: hit))
        )
    }

    func decodeSide(_ index: Int, takesWhole: Bool, takesHandOff: Bool) -> DecodeSide {
        let cost = workers[index].cost
        let layout = settings.layout
        let missing =
            budget.map { layout.blockCount(tokens: $0.tokens) }
            ?? (layout.blockCount(tokens: request.tokens) - hitBlocks(index))
        let (running, held) = (workers[index].sequences, workers[index].usedBlocks * layout.blockTokens)
        func step(batch: Int, contextTokens: Int) -> Double {
            cost.decodeStep(batch: batch, contextTokens: contextTokens).inSeconds
        }
        let wholeStep = step(batch: running + 1, contextTokens: held + request.tokens)
        return DecodeSide(
            local: prefillSide(index),
            takesWhole: takesWhole,
            takesHandOff: takesHandOff,
            missingBytes: missing * layout.blockBytes,
            admission: running > 0 ? step(batch: running, contextTokens: held) : 0,
            wholeStep: wholeStep,
            handOffStep: budget.map { step(batch: running + 1, contextTokens: held + $0.tokens) }
                ?? wholeStep,
            running: running
        )
    }

    /// Queued prompts one after another; their attention cost is left out, as their contexts are not known
    /// here.
    private func queueSeconds(_ worker: Int) -> Double {
        let queued = workers[worker].queuedTokens
        let cost = workers[worker].cost
        return queued > 0 ? cost.a + max(cost.m, cost.b * Double(queued)) : 0
    }

    func prefillSeconds(_ worker: Int, heldBlocks: Int) -> Double {
        let newTokens = request.tokens - heldBlocks * settings.layout.blockTokens
        return workers[worker].cost.prefill(newTokens: newTokens, contextTokens: request.tokens).inSeconds
    }

    /// The way raw KV takes from one worker to another.
    private func link(from sender: Int, to receiver: Int) -> KVRoute {
        let share = links.share(from: workers[sender].ref.id, to: workers[receiver].ref.id)
        return KVRoute(bytesPerSecond: share.bytesPerSecond, backlog: share.backlogSeconds)
    }

    /// Allowed codecs that both workers have, the least lossy first; raw when there is none; never empty.
    func usableCodecs(from sender: Int, to receiver: Int) -> [(codec: KVCodec, route: KVRoute)] {
        let link = link(from: sender, to: receiver)
        var usable: [(codec: KVCodec, route: KVRoute)] = []
        for codec in codecs {
            if codec == .raw {
                usable.append((codec, link))
            } else if let encoder = workers[sender].rate(of: codec),
                let decoder = workers[receiver].rate(of: codec)
            {
                let route = link.coded(sender: encoder, receiver: decoder, lanes: settings.lanes)
                usable.append((codec, route))
            }
        }
        return usable.isEmpty ? [(.raw, link)] : usable
    }
}
