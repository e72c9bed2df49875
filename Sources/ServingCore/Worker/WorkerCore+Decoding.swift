import KVCache
import ServingTypes

/// Which running answers take part in the next step, and where their blocks come from.
extension WorkerCore {
    /// How long steps take here.
    var decodeCost: CostCoefficients { currentCost }

    /// Most sequences of one decode step.
    var maxBatch: Int { min(settings.decode.maxBatch ?? settings.maxRunning, settings.maxRunning) }

    /// One token for each that takes part, in order of admission; those without room for it wait or give way.
    mutating func decodeEntries(now: Timestamp) -> [StepPlan.Entry] {
        giveBackWanted(now: now)
        var chosen = grow(rotated(now: now), now: now)
        // Whoever has no room for its token keeps its turn, and with it others from theirs: the leader must go on.
        if chosen.isEmpty, let leader = preemption.leader(of: runningCandidates()),
            peek(leader, { $0.isStepping }) == false
        {
            chosen = grow([leader], now: now)
        }
        let number = stepCount + 1
        for attempt in chosen {
            withSequence(attempt) { ($0.lastStep, $0.lastStepAt) = (number, now) }
        }
        return chosen.compactMap { entry(of: $0, tokens: 1) }
    }

    private mutating func rotated(now: Timestamp) -> [AttemptID] {
        guard decoding.count > maxBatch else {
            return decoding.filter { peek($0) { !$0.isStepping } == true }
        }
        let count = stepCount
        for attempt in decoding {
            // Who is new has waited for no step yet.
            withSequence(attempt) { if $0.lastStep == 0 { $0.lastStep = count } }
        }
        let runners = decoding.compactMap { attempt -> DecodeRotation.Runner? in
            guard let sequence = sequences[attempt], !sequence.isStepping else { return nil }
            let waited = now - (sequence.lastStepAt ?? sequence.tokenAt ?? now)
            return DecodeRotation.Runner(
                attempt: attempt,
                priority: sequence.assignment.terms.priority,
                waitedSteps: stepCount + 1 - sequence.lastStep,
                produced: sequence.report.outputTokens,
                slack: sequence.assignment.terms.tpotLimit.map { $0 - waited }
            )
        }
        let gate = TPOTGate(cost: decodeCost, maxBatch: maxBatch)
        return DecodeRotation(maxBatch: maxBatch, step: gate.timePerToken(decodeLoad)).choose(runners)
    }

    // MARK: Growth

    /// Those of the chosen that have a place for their next token, in the order given.
    ///
    /// Room is given to the most urgent first; what it lacks others give up.
    private mutating func grow(_ chosen: [AttemptID], now: Timestamp) -> [AttemptID] {
        guard chosen.contains(where: { !hasRoom($0) }) else { return chosen }
        let members = Set(chosen)  // Looked up only.
        var kept: Set<AttemptID> = []
        for attempt in preemption.ranked(runningCandidates()) where members.contains(attempt) {
            if makeRoom(for: attempt, now: now) { kept.insert(attempt) }
        }
        return chosen.filter { kept.contains($0) && sequences[$0] != nil }
    }

    private func hasRoom(_ attempt: AttemptID) -> Bool {
        let blockTokens = settings.layout.blockTokens
        return peek(attempt) { $0.cachedTokens <= ($0.reservation?.table.count ?? 0) * blockTokens } ?? false
    }

    /// Looks at one sequence where it lies; `nil` when there is none of that name.
    private func peek<Result>(_ attempt: AttemptID, _ look: (WorkSequence) -> Result) -> Result? {
        sequences.index(forKey: attempt).map { look(sequences.values[$0]) }
    }

    private mutating func makeRoom(for attempt: AttemptID, now: Timestamp) -> Bool {
        while let sequence = sequences[attempt] {
            guard var reservation = sequence.reservation else { return false }
            let before = reservation.table.count
            do throws(KVCacheError) {
                try pool.extend(&reservation, capacityTokens: sequence.cachedTokens, hold: sequence.hold)
                sequences[attempt]?.reservation = reservation
                counters.grownBlocks += reservation.table.count - before
                return true
            } catch {
                let candidates = runningCandidates()
                let isLeader = preemption.leader(of: candidates) == attempt
                guard
                    let victim = preemption.victim(of: candidates)
                        ?? (isLeader ? preemption.victim(of: candidates, sparesNobody: true) : nil)
                else { return false }  // What is reserved or on its way comes free by itself.
                let reason = "\(settings.worker.id) has no KV block left: \(error)"
                preempt(victim, ServingError(.preempted, reason), now: now)
            }
        }
        return false
    }

    // MARK: Giving way

    /// How sequences that give way are chosen now.
    var preemption: PreemptionChoice {
        PreemptionChoice(
            cost: decodeCost,
            tokenBytes: settings.layout.tokenBytes,
            bytesPerSecond: Double(settings.paths.priorBytesPerSecond),
            maxPreemptions: settings.decode.maxPreemptions,
            leastProgress: settings.decode.leastProgress
        )
    }

    /// The running answers in order of admission.
    func runningCandidates() -> [PreemptionChoice.Candidate] {
        decoding.compactMap { attempt in
            guard let sequence = sequences[attempt] else { return nil }
            return PreemptionChoice.Candidate(
                attempt: attempt,
                priority: sequence.assignment.terms.priority,
                contextTokens: sequence.computedTokens,
                progress: sequence.report.outputTokens,
                preemptions: sequence.assignment.preemptions,
                isMovable: sequence.droppedTokens == 0 && !sequence.isStepping
            )
        }
    }

    /// Ends a part so that others have its blocks; its full blocks stay in the prefix cache while nobody needs them.
    ///
    /// The routers learn of them before the end, so that the request's next place can fetch them.
    private mutating func preempt(_ attempt: AttemptID, _ reason: ServingError, now: Timestamp) {
        guard let sequence = sequences[attempt] else { return }
        var report = sequence.report
        if sequence.phase == .decoding, let start = sequence.tokenAt { report.decode = now - start }
        end(attempt, failure: nil, abort: nil, isReported: false, now: now)
        counters.preemptions += 1
        outbox.append(.load(reportLoad(now: now)))
        outbox.append(
            .ended(sequence.router, WorkEnded(attempt: attempt, failure: reason, report: report))
        )
    }

    /// The router wants an attempt back, to continue it elsewhere.
    ///
    /// Only an answer that runs beside others is given back, and only if it may give way; after the step that has it.
    mutating func giveBack(_ attempt: AttemptID, router: RouterKey, now: Timestamp) {
        guard let sequence = sequences[attempt], sequence.router == router, sequence.phase == .decoding else {
            return
        }
        if !wantedBack.contains(attempt) { wantedBack.append(attempt) }
        giveBackWanted(now: now)
    }

    private mutating func giveBackWanted(now: Timestamp) {
        guard !wantedBack.isEmpty else { return }
        let wanted = wantedBack
        wantedBack = wanted.filter { peek($0) { $0.isStepping } == true }
        for attempt in wanted where !wantedBack.contains(attempt) {
            let candidates = runningCandidates()
            guard candidates.count > 1, let own = candidates.first(where: { $0.attempt == attempt }),
                preemption.mayGiveWay(own)
            else { continue }
            let reason = ServingError(.preempted, "the router moves it from \(settings.worker.id)")
            preempt(attempt, reason, now: now)
        }
    }

    // MARK: Waiting prompts

    /// Which waiting prompt starts next: of the most urgent class one that gave way before, then the first.
    var nextToStart: AttemptID? {
        waiting.enumerated().min { left, right in
            startRank(left.element, left.offset) < startRank(right.element, right.offset)
        }?.element
    }

    /// All of them in that order.
    var startOrder: [AttemptID] {
        let ranked = waiting.enumerated().map { (rank: startRank($1, $0), attempt: $1) }
        return ranked.sorted { $0.rank < $1.rank }.map(\.attempt)
    }

    private func startRank(_ attempt: AttemptID, _ offset: Int) -> (UInt8, Int, Int) {
        guard let assignment = sequences[attempt]?.assignment else { return (.max, 0, offset) }
        return (assignment.terms.priority.rawValue, -assignment.preemptions, offset)
    }

    /// Lets less urgent answers give way to the prompt that starts next, if that is enough for it.
    mutating func makeRoomForNext(now: Timestamp) {
        guard settings.role == .decode, let next = nextToStart, let sequence = sequences[next],
            timeObstacle(to: sequence.assignment) == nil
        else { return }
        let isSlotFree = sequences.count - waiting.count < settings.maxRunning
        let needed = settings.layout.blockCount(tokens: capacity(of: sequence.assignment))
        guard !isSlotFree || needed > pool.counts.available else { return }
        let lower = runningCandidates().filter {
            $0.priority > sequence.assignment.terms.priority && preemption.mayGiveWay($0)
        }
        let held = lower.reduce(0) { $0 + (sequences[$1.attempt]?.table.count ?? 0) }
        guard !lower.isEmpty, pool.counts.available + held >= needed else { return }
        var isRoomy = false
        while !isRoomy, let victim = preemption.victim(of: runningCandidates()),
            lower.contains(where: { $0.attempt == victim })
        {
            let reason = "more urgent work needs the room on \(settings.worker.id)"
            preempt(victim, ServingError(.preempted, reason), now: now)
            isRoomy = needed <= pool.counts.available
        }
    }
}
