import ServingTypes

/// How waiting requests get their turn, and what it costs them.
extension RouterCore {
    private var fairSettings: FairnessSettings { settings.fairness }
    private var isFair: Bool { fairSettings.policy == .fair }

    /// Notes what a new worker could hold and how fast it is.
    mutating func noteWorker(_ registration: WorkerRegistration, now: Timestamp) {
        let tokens = registration.blockCount * settings.placement.layout.blockTokens
        let holds = min(tokens, registration.contextTokens)
        if holds > fairness.largest[registration.role] ?? 0 {
            fairness.largest[registration.role] = holds
            fairness.settledAt = now + settings.settleTime
        }
        let time = { (cost: CostCoefficients) in cost.prefill(newTokens: 1_024, contextTokens: 1_024) }
        if fairness.fastest.map({ time(registration.cost) < time($0) }) ?? true {
            fairness.fastest = registration.cost
        }
    }

    /// Whether no worker that this router ever saw could hold the sequence.
    func isHopeless(_ obstacle: PlacementObstacle?, now: Timestamp) -> Bool {
        guard case .neverFits(let role, let tokens, _) = obstacle, now >= fairness.settledAt else {
            return false
        }
        return tokens > fairness.largest[role] ?? 0
    }

    // MARK: Waiting

    /// Puts a new request into the queue.
    mutating func enqueue(_ entry: RequestEntry, now: Timestamp) {
        let (submission, terms) = (entry.submission, entry.submission.terms)
        guard isFair else { return wait(submission.request, now: now) }
        beginWait(entry, now: now)
        // Where nobody waits it is tried at once, and its hits are looked up then.
        let hitTokens = waiting.isEmpty ? 0 : hitTokens(of: table.prefixHits(of: submission.blockHashes))
        let tokens = submission.promptTokens.count
        let computed = max(1, tokens - hitTokens)
        let time = fairness.fastest?.prefill(newTokens: computed, contextTokens: tokens) ?? .zero
        waiting.insert(
            FairRequest(
                request: submission.request,
                arrival: entry.arrival,
                tenant: terms.tenant,
                weight: terms.weight,
                priority: terms.priority,
                enteredAt: now,
                isShort: time <= fairSettings.dispatchAhead,
                root: submission.blockHashes.first,
                hitTokens: hitTokens,
                cost: fairSettings.cost(input: computed, output: terms.expectedOutput ?? 0)
            )
        )
    }

    /// Lets a request wait that is to be placed as soon as there is room.
    mutating func wait(_ request: RequestID, now: Timestamp) {
        guard let entry = requests[request] else { return }
        beginWait(entry, now: now)
        waiting.insert(request, arrival: entry.arrival)
    }

    private mutating func beginWait(_ entry: RequestEntry, now: Timestamp) {
        if waiting.isEmpty { fairness.drain.note(isBacklogged: true, now: now) }
        fairness.tenants.wait(entry.submission.terms.tenant)
        requests[entry.submission.request]?.isQueued = true
    }

    /// Notes that a request no longer waits.
    mutating func endWait(_ entry: RequestEntry, now: Timestamp) {
        requests[entry.submission.request]?.isQueued = false
        fairness.tenants.endWait(entry.submission.terms.tenant)
        if waiting.isEmpty { fairness.drain.note(isBacklogged: false, now: now) }
    }

    /// The longest prefix that a worker holds, in tokens.
    private func hitTokens(of hits: [PrefixHit]) -> Int {
        hits.reduce(0) { max($0, $1.blocks) } * settings.placement.layout.blockTokens
    }

    // MARK: Dispatch

    /// Which prompts a worker may be found for, long and short, as far as work in hand is concerned.
    func openings(now: Timestamp) -> (long: Bool, short: Bool) {
        guard isFair else { return (true, true) }
        var short = false
        let bound = fairSettings.dispatchAhead
        for entry in table.entries {
            guard let entry, entry.takesWork,
                entry.registration.role == .prefill || settings.placement.allowsLocalPrefill
            else { continue }
            // Who is within its share may be next, and passes those that are not.
            if fairness.ledger.remaining(of: entry.ref, passing: true, now: now) <= bound {
                return (true, true)
            }
            if fairness.ledger.besideLongest(of: entry.ref, passing: true) < bound { short = true }
        }
        return (false, short)
    }

    /// Says when waiting requests are to be looked at again if nothing else happens.
    mutating func setRetry(isDeferred: Bool, now: Timestamp) {
        guard !waiting.isEmpty else {
            retryAt = nil
            return
        }
        var pause = settings.retryInterval
        if isDeferred {
            fairness.pausedUntil = now + Self.reportPause
            for entry in table.entries {
                guard let ref = entry?.ref else { continue }
                for passing in [true, false] {
                    let excess =
                        fairness.ledger.remaining(of: ref, passing: passing, now: now)
                        - fairSettings.dispatchAhead
                    if excess > .zero { pause = min(pause, max(excess, .milliseconds(1))) }
                }
            }
        }
        retryAt = now + pause
    }

    /// After a look in vain, load reports are no occasion for so long.
    private static let reportPause = Duration.milliseconds(5)

    /// Whether a request is to wait because its worker has enough to do.
    ///
    /// - Parameter passing: whether it does not wait for what is beyond its tenant's share.
    mutating func mustWait(
        _ candidate: WaitingQueue.Candidate,
        for best: ScoredPlan,
        _ prompt: PlacementRequest,
        passing: Bool,
        now: Timestamp
    ) -> Bool {
        guard let turn = candidate.turn, let item = waiting.fair[candidate.request] else { return false }
        let worker = best.plan.computing
        let isInteractive = isInteractive(item, turn)
        let bound = workInHand(isInteractive)
        if fairness.ledger.remaining(of: worker, passing: passing, now: now) <= bound { return false }
        let besides = fairness.ledger.besideLongest(of: worker, passing: passing)
        if isInteractive, besides + prefillTime(of: best, tokens: prompt.tokens) <= bound { return false }
        waiting.update(candidate.request, hitTokens: hitTokens(of: prompt.hits))
        return true
    }

    /// Whether a request's tenant asks for more than its share; never of one that comes back.
    func isBeyondShare(_ candidate: WaitingQueue.Candidate) -> Bool {
        isFair && candidate.turn != nil && waiting.fair.isBeyondShare(candidate.request)
    }

    /// Whether a request is sent ahead as interactive ones are: by its class, or by its age.
    private func isInteractive(_ item: FairRequest, _ turn: FairQueue.Candidate) -> Bool {
        item.priority == .interactive || turn.isAged
    }

    /// Predicted work that a worker may have in hand for a further prompt.
    private func workInHand(_ isInteractive: Bool) -> Duration {
        isInteractive ? fairSettings.dispatchAhead : fairSettings.batchQueue
    }

    /// A plan with workers that have too little to do, for a request whose best plan must wait; `nil` if to wait is
    /// expected to take less time.
    ///
    /// Once the worker is free the best plan takes what was predicted, but not for everyone who waits for it. Who
    /// is sent elsewhere saves those behind it the time, so what counts is when its tenant's last one would have its
    /// turn: not what others have waiting beyond that.
    mutating func besideQueue(
        _ entry: RequestEntry,
        _ candidate: WaitingQueue.Candidate,
        _ best: ScoredPlan,
        _ prompt: PlacementRequest,
        passing: Bool,
        now: Timestamp
    ) -> (decision: PlacementDecision, best: ScoredPlan)? {
        guard settings.placement.policy == .leastTT2T, let fairTurn = candidate.turn,
            let item = waiting.fair[candidate.request], let wait = queueWait(of: entry, isNext: true)
        else { return nil }
        let bound = workInHand(isInteractive(item, fairTurn))
        var prompt = prompt
        for worker in table.entries {
            guard let ref = worker?.ref else { continue }
            let remaining = fairness.ledger.remaining(of: ref, passing: passing, now: now)
            if remaining > bound { prompt.busy.insert(ref.id) }
        }
        var decision = placement.decide(prompt, in: table.cluster, turn: turn)
        guard let other = decision.plans.first, other.failures <= best.failures,
            best.limits.missesTPOT || !other.limits.missesTPOT,
            other.predictedTT2T + other.harm < best.predictedTT2T + best.harm + wait
        else { return nil }
        decision.basis.reason = .predicted(.besideQueue)
        return (decision, other)
    }

    /// Takes a request out of the queue that has its place, charges its tenant, and lets others with the same
    /// beginning know that it is about to be cached.
    mutating func serve(
        _ candidate: WaitingQueue.Candidate,
        _ entry: RequestEntry,
        _ best: ScoredPlan,
        now: Timestamp
    ) {
        let submission = entry.submission
        let computed = max(0, submission.promptTokens.count - best.hitTokens - best.fetchedTokens)
        let cost = fairSettings.cost(input: computed, output: submission.terms.expectedOutput ?? 0)
        waiting.serve(candidate, arrival: entry.arrival, cost: cost)
        if entry.charged == nil {
            requests[submission.request]?.charged = cost
            // What finds a free worker says nothing about how fast a queue drains.
            if !waiting.isEmpty { fairness.drain.serve(cost: cost, now: now) }
        }
        endWait(entry, now: now)
        guard let root = submission.blockHashes.first else { return }
        for sibling in waiting.fair.siblings(root) {
            guard let hashes = requests[sibling]?.submission.blockHashes else { continue }
            let common = zip(hashes, submission.blockHashes).prefix { $0 == $1 }.count
            let tokens = common * settings.placement.layout.blockTokens
            if tokens > waiting.fair[sibling]?.hitTokens ?? 0 { waiting.update(sibling, hitTokens: tokens) }
        }
    }

    /// Notes what an attempt's worker has to compute.
    mutating func noteSent(_ chosen: ScoredPlan, _ assignment: Assignment, now: Timestamp) {
        let time = prefillTime(of: chosen, tokens: assignment.tokens.count)
        fairness.ledger.add(
            assignment.attempt.request,
            to: chosen.plan.computing,
            time: time,
            isBeyondShare: assignment.terms.isBeyondShare,
            now: now
        )
    }

    /// What a prompt adds to its worker's work: of one below the knee its tokens only, as it shares a step with others.
    private func prefillTime(of chosen: ScoredPlan, tokens: Int) -> Duration {
        guard let worker = table[chosen.plan.computing] else { return .zero }
        let computed = tokens - chosen.hitTokens - chosen.fetchedTokens
        let whole = worker.cost.prefill(newTokens: computed, contextTokens: tokens)
        let matrix = worker.cost.b * Double(computed)
        guard matrix < worker.cost.m else { return whole }
        return whole - .fromSeconds(worker.cost.a + worker.cost.m - matrix)
    }

    /// Charges what a request really cost beyond what its tenant was charged, and learns its length.
    mutating func settle(_ entry: RequestEntry, _ record: RequestRecord) {
        guard let charged = entry.charged, let attempt = record.attempts.last else { return }
        let report = attempt.chosen.plan.prefill == nil ? attempt.decodeReport : attempt.prefillReport
        var served = ServedTokens()
        served.cached = min(
            record.promptTokens,
            report?.hitTokens ?? (attempt.chosen.hitTokens + attempt.chosen.fetchedTokens)
        )
        served.computed = record.promptTokens - served.cached
        served.output = record.outputTokens
        let terms = entry.submission.terms
        let cost = fairSettings.cost(input: served.computed, output: served.output)
        if isFair, cost != charged { waiting.charge(terms, cost - charged) }
        fairness.tenants.count(served, for: terms.tenant)
        switch record.outcome {
        case .finished, .cancelled(.stopString):
            fairness.lengths.learn(
                terms.tenant,
                promptTokens: record.promptTokens,
                outputTokens: record.outputTokens
            )
        case .failed, .cancelled: break
        }
    }
}
