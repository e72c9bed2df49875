import KVCache
import ServingTypes

/// Moves of running answers from decode workers that are full to others.
extension RouterCore {
    /// Orders the best move there is, if it is time to look and any is worth it.
    ///
    /// The worker gives the attempt back as preempted, and placement does the rest: it knows what the old worker holds
    /// and compares fetching it with computing it.
    mutating func considerMove(now: Timestamp) {
        guard moves.isDue(now: now) else { return }
        let decision = MoveDecision(settings: settings.decode, wantedBlocks: wantedBlocks(now: now))
        let limits = decision.wantedBlocks == nil ? tightestLimits() : [:]
        guard decision.wantedBlocks != nil || !limits.isEmpty else { return }
        let workers = table.entries.compactMap { $0.flatMap { moveWorker($0, limits) } }
        let pairs = moves.pairs(of: workers, decision, now: now)
        guard !pairs.isEmpty else { return }
        let candidates = moveCandidates()
        for (source, target) in pairs {
            let move = decision.best(of: candidates, from: source, to: target) { tokens in
                arrivalSeconds(tokens: tokens, from: source.ref, to: target.ref)
            }
            guard let move else { continue }
            order(move, now: now)
            return
        }
    }

    private mutating func order(_ move: MoveDecision.Move, now: Timestamp) {
        moves.ordered(move, now: now)
        counters.moves += 1
        let until = now + settings.decode.coolDown
        avoid(.init(worker: move.from.id, until: until), move.attempt.request, now: now)
        outbox.append(.preempt(move.from, move.attempt))
    }

    /// Blocks that the first request waiting for room would take; `nil` when none waits for that.
    private mutating func wantedBlocks(now: Timestamp) -> Int? {
        guard let blocked, let entry = requests[blocked], entry.machine.isWaiting,
            case .noRoom(.decode) = obstacle(to: blocked, now: now)
        else { return nil }
        let tokens = entry.machine.promptTokenCount + entry.machine.output.count
        return settings.placement.layout.blockCount(tokens: tokens + expectedOutput(of: entry))
    }

    /// The tightest time per token promised at each worker that has any.
    private func tightestLimits() -> [WorkerRef: Duration] {
        var limits: [WorkerRef: Duration] = [:]
        for entry in requests.values {
            guard let limit = entry.submission.terms.tpotLimit,
                case .decoding(let attempt, _) = entry.machine.state
            else { continue }
            let worker = attempt.decode.worker
            limits[worker] = min(limits[worker] ?? limit, limit)
        }
        return limits
    }

    private func moveWorker(_ entry: WorkerEntry, _ limits: [WorkerRef: Duration]) -> MoveDecision.Worker? {
        guard entry.registration.role == .decode, let load = entry.load else { return nil }
        let (snapshot, registration) = (entry.snapshot, entry.registration)
        let cost = load.fittedCost ?? registration.cost
        let step = cost.decodeStep(batch: load.decoding, contextTokens: load.contextTokens)
        let blocks = Double(snapshot.usedBlocks) / Double(max(1, registration.blockCount))
        let slots = Double(snapshot.sequences) / Double(max(1, registration.maxRunning))
        return MoveDecision.Worker(
            ref: entry.ref,
            room: max(blocks, slots),
            pressure: limits[entry.ref].map { step.inSeconds / $0.inSeconds } ?? 0,
            freeBlocks: snapshot.freeBlocks,
            freeSlots: registration.maxRunning - snapshot.sequences,
            step: step,
            isAdmitting: !snapshot.isDraining
        )
    }

    /// Running answers that can be moved, in order of arrival: those whose whole KV is where they run.
    private func moveCandidates() -> [MoveDecision.Candidate] {
        let running = requests.values.filter { $0.machine.decodesWholeCache }.sorted {
            $0.arrival < $1.arrival
        }
        return running.compactMap { entry in
            guard case .decoding(let attempt, _) = entry.machine.state else { return nil }
            let context = entry.machine.promptTokenCount + entry.machine.output.count
            let remaining = expectedOutput(of: entry)
            return MoveDecision.Candidate(
                attempt: attempt.id,
                worker: attempt.decode.worker,
                priority: entry.submission.terms.priority,
                contextTokens: context,
                remaining: remaining,
                blocks: settings.placement.layout.blockCount(tokens: context + remaining)
            )
        }
    }

    /// How long it takes until a context is at another worker: sent there, or computed there.
    private func arrivalSeconds(tokens: Int, from source: WorkerRef, to target: WorkerRef) -> Double {
        let share = table.links.share(from: source.id, to: target.id)
        let bytes = tokens * settings.placement.layout.tokenBytes
        let sending = share.backlogSeconds + Double(bytes) / share.bytesPerSecond
        guard let cost = table[target]?.registration.cost else { return sending }
        return min(sending, cost.prefill(newTokens: tokens, contextTokens: tokens).inSeconds)
    }
}

extension RequestMachine {
    /// Whether the request decodes from a cache that lacks nothing, so that it can go on elsewhere from there.
    fileprivate var decodesWholeCache: Bool {
        guard case .decoding(let attempt, _) = state else { return false }
        return attempt.chosen.plan.budget == nil
    }
}
