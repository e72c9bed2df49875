import ServingTypes

/// Chooses where a prompt is prefilled and decoded: least predicted time to the second token.
///
/// TT2T of a pair is queue and prefill at the prefill worker, the part of the transfer that prefill does not
/// hide, the running decode step, and the first step of the new sequence; a prompt that is prefilled where it
/// is decoded saves the transfer and pays for the delay of that worker's running answers.
public struct Placement: Sendable {
    /// A worker that could prefill, and what that costs, in seconds.
    struct PrefillSide {
        var worker: WorkerSnapshot
        var failures: Int
        var hitTokens: Int
        var queue: Double
        var prefill: Double
    }

    /// A worker that could decode, and what that costs, in seconds.
    struct DecodeSide {
        var local: PrefillSide
        var missingBytes: Int
        var admission: Double
        var firstStep: Double
        /// Sequences that a local prefill would delay.
        var running: Int
    }

    /// Layout, rates and weights.
    public var settings: PlacementSettings

    /// A policy with these settings.
    public init(settings: PlacementSettings) {
        precondition(settings.layerGroups > 0, "layerGroups is \(settings.layerGroups)")
        precondition(settings.maxPlans > 1, "maxPlans is \(settings.maxPlans)")
        self.settings = settings
    }

    /// All plans worth considering, the best first; empty when no worker, or no pair of workers, can take the
    /// prompt.
    ///
    /// Depends on the values only: not on the order of the workers, nor on a dictionary's. O(workers +
    /// plans).
    public func place(_ request: PlacementRequest, in cluster: ClusterSnapshot) -> [ScoredPlan] {
        precondition(request.tokens > 0, "a prompt has at least one token")
        var prefills: [PrefillSide] = []
        var decodes: [DecodeSide] = []
        for worker in cluster.workers where obstacle(at: worker, to: request) == nil {
            switch worker.role {
            case .prefill: prefills.append(prefillSide(worker, request))
            case .decode: decodes.append(decodeSide(worker, request))
            }
        }
        prune(&prefills, &decodes)
        var plans: [ScoredPlan] = []
        for decode in decodes {
            if settings.allowsLocalPrefill { plans.append(wholePlan(decode)) }
            for prefill in prefills { plans.append(pairPlan(prefill, decode)) }
        }
        return plans.sorted()
    }

    /// Why `place` finds no plan: the obstacle of the role that lacks a worker; `nil` when there is a plan.
    public func obstacle(to request: PlacementRequest, in cluster: ClusterSnapshot) -> PlacementObstacle? {
        let decode = obstacle(to: request, among: cluster.workers, role: .decode)
        guard decode == nil, !settings.allowsLocalPrefill else { return decode }
        return obstacle(to: request, among: cluster.workers, role: .prefill)
    }

    private func obstacle(
        to request: PlacementRequest,
        among workers: [WorkerSnapshot],
        role: WorkerRole
    ) -> PlacementObstacle? {
        var closest = PlacementObstacle.noWorker(role)
        var largest = 0
        for worker in workers where worker.role == role {
            guard let found = obstacle(at: worker, to: request) else { return nil }
            if case .neverFits(_, _, let fits) = found { largest = max(largest, fits) }
            closest = max(closest, found)
        }
        if case .neverFits(_, let tokens, _) = closest {
            return .neverFits(role, tokens: tokens, largest: largest)
        }
        return closest
    }

    /// Why one worker cannot take its part now.
    ///
    /// Prefill workers queue prompts until they have blocks; decode
    /// workers must have room at once, so that a prompt waits where it can still go to any of them.
    private func obstacle(at worker: WorkerSnapshot, to request: PlacementRequest) -> PlacementObstacle? {
        // An answer that reaches the context's end stops there, so it never needs more than that.
        let tokens =
            worker.role == .prefill ? request.tokens : min(request.capacityTokens, worker.contextTokens)
        let largest = min(worker.blockCount * settings.layout.blockTokens, worker.contextTokens)
        guard tokens <= largest, request.tokens < worker.contextTokens else {
            return .neverFits(worker.role, tokens: max(tokens, request.tokens + 1), largest: largest)
        }
        guard !worker.isDraining, !request.avoided.contains(worker.ref.id) else {
            return .unwilling(worker.role)
        }
        guard worker.role == .decode else { return nil }
        // Held blocks may be in use already, so they cost nothing; the worker's own answer is the truth.
        let needed = settings.layout.blockCount(tokens: tokens) - hitBlocks(worker, request)
        let hasRoom = needed <= worker.freeBlocks && worker.sequences < worker.maxRunning
        return hasRoom ? nil : .noRoom(.decode)
    }

    /// Leading blocks that need not be computed; the last token is always computed to obtain logits.
    private func hitBlocks(_ worker: WorkerSnapshot, _ request: PlacementRequest) -> Int {
        let limit = (request.tokens - 1) / settings.layout.blockTokens
        return min(request.hitBlocks[worker.ref.id, default: 0], limit)
    }
}

extension Placement {
    private func prefillSide(_ worker: WorkerSnapshot, _ request: PlacementRequest) -> PrefillSide {
        let hitTokens = hitBlocks(worker, request) * settings.layout.blockTokens
        let prefill = worker.cost.prefill(
            newTokens: request.tokens - hitTokens,
            contextTokens: request.tokens
        )
        return PrefillSide(
            worker: worker,
            failures: request.failures[worker.ref.id, default: 0],
            hitTokens: hitTokens,
            queue: queueSeconds(worker),
            prefill: prefill.inSeconds
        )
    }

    private func decodeSide(_ worker: WorkerSnapshot, _ request: PlacementRequest) -> DecodeSide {
        let blockTokens = settings.layout.blockTokens
        let heldTokens = worker.usedBlocks * blockTokens
        let missing = settings.layout.blockCount(tokens: request.tokens) - hitBlocks(worker, request)
        let running = worker.sequences
        let runningStep = worker.cost.decodeStep(batch: running, contextTokens: heldTokens)
        let firstStep = worker.cost.decodeStep(batch: running + 1, contextTokens: heldTokens + request.tokens)
        return DecodeSide(
            local: prefillSide(worker, request),
            missingBytes: missing * settings.layout.blockBytes,
            admission: running > 0 ? runningStep.inSeconds : 0,
            firstStep: firstStep.inSeconds,
            running: running
        )
    }

    /// Queued prompts one after another; their attention cost is left out, as their contexts are not known
    /// here.
    private func queueSeconds(_ worker: WorkerSnapshot) -> Double {
        guard worker.queuedTokens > 0 else { return 0 }
        return worker.cost.a + max(worker.cost.m, worker.cost.b * Double(worker.queuedTokens))
    }

    private func pairPlan(_ prefill: PrefillSide, _ decode: DecodeSide) -> ScoredPlan {
        let exposed = exposedTransfer(from: prefill, to: decode)
        return ScoredPlan(
            plan: PlacementPlan(prefill: prefill.worker.ref, decode: decode.local.worker.ref),
            predictedTTFT: .fromSeconds(prefill.queue + prefill.prefill),
            predictedGap: .fromSeconds(exposed + decode.admission + decode.firstStep),
            harm: .zero,
            hitTokens: prefill.hitTokens,
            transferBytes: decode.missingBytes,
            failures: prefill.failures + decode.local.failures
        )
    }

    private func wholePlan(_ decode: DecodeSide) -> ScoredPlan {
        let local = decode.local
        return ScoredPlan(
            plan: PlacementPlan(prefill: nil, decode: local.worker.ref),
            predictedTTFT: .fromSeconds(local.queue + decode.admission + local.prefill),
            predictedGap: .fromSeconds(decode.firstStep),
            harm: .fromSeconds(settings.harmWeight * Double(decode.running) * local.prefill),
            hitTokens: local.hitTokens,
            transferBytes: 0,
            failures: local.failures
        )
    }

    /// What prefill does not hide of a transfer in n equal groups: `max(0, S/B − T·(n−1)/n − S/(nB)) +
    /// S/(nB)`.
    ///
    /// Bytes already on the path go first; the time in the prefill queue lets them drain.
    private func exposedTransfer(from prefill: PrefillSide, to decode: DecodeSide) -> Double {
        guard decode.missingBytes > 0 else { return 0 }
        let path = prefill.worker.paths[decode.local.worker.ref.id]
        let measured = path?.bytesPerSecond ?? 0
        let rate = measured > 0 ? measured : settings.priorBytesPerSecond
        let groups = Double(settings.layerGroups)
        let wire = Double(decode.missingBytes) / rate
        let backlog = max(0, Double(path?.inFlightBytes ?? 0) / rate - prefill.queue)
        let hidden = prefill.prefill * (groups - 1) / groups
        return max(0, backlog + wire - hidden - wire / groups) + wire / groups
    }

    /// Keeps the best workers of each side, by what is known without the other side, when all pairs are too
    /// many.
    private func prune(_ prefills: inout [PrefillSide], _ decodes: inout [DecodeSide]) {
        guard (prefills.count + 1) * decodes.count > settings.maxPlans else { return }
        let decodeLimit = max(1, min(decodes.count, Self.squareRoot(settings.maxPlans)))
        decodes = best(decodeLimit, of: decodes) { side in
            let wire = Double(side.missingBytes) / settings.priorBytesPerSecond
            return (side.local.failures, wire + side.admission + side.firstStep, side.local.worker.ref)
        }
        prefills = best(max(1, settings.maxPlans / decodes.count - 1), of: prefills) { side in
            (side.failures, side.queue + side.prefill, side.worker.ref)
        }
    }

    private func best<Side>(
        _ limit: Int,
        of sides: [Side],
        by key: (Side) -> (Int, Double, WorkerRef)
    ) -> [Side] {
        guard sides.count > limit else { return sides }
        // Keys are small, sides are not: only keys are moved.
        let ranked = sides.indices.map { (key: key(sides[$0]), index: $0) }.sorted { $0.key < $1.key }
        return ranked.prefix(limit).map { sides[$0.index] }
    }

    /// The largest number whose square is not above `value`.
    private static func squareRoot(_ value: Int) -> Int {
        var root = 1
        while (root + 1) * (root + 1) <= value { root += 1 }
        return root
    }
}
