import ServingTypes

/// Requests: how they come, are placed, and what their machines ask for.
extension RouterCore {
    /// What became of an attempt to place a request.
    private enum PlaceResult { case placed, refused, deferred, blocked, impossible }

    mutating func submit(_ submission: Submission, now: Timestamp) {
        precondition(
            requests[submission.request] == nil,
            "request \(submission.request) was submitted before"
        )
        precondition(!submission.promptTokens.isEmpty, "request \(submission.request) has no prompt")
        precondition(submission.sampling.maxTokens > 0, "request \(submission.request) wants no token")
        counters.submitted += 1
        steering.traffic.submit()
        arrivals += 1
        let entry = RequestEntry(
            completed(submission),
            arrival: arrivals,
            limits: settings.limits,
            now: now
        )
        requests[submission.request] = entry
        guard !refuseBeyondLimits(entry, now: now) else { return }
        enqueue(entry, now: now)
        arm(submission.request)
        placeWaiting(now: now)
        refuseBeyondQueue(submission.request, now: now)
    }

    /// Places waiting requests, whose turn it is first, until one must wait for others to end.
    ///
    /// One that must wait only because its worker has enough in hand lets others pass, a few times.
    mutating func placeWaiting(now: Timestamp) {
        hasOccasion = false
        blocked = nil
        var openings = openings(now: now)
        var (triesLeft, deferredLong, deferredShort) = (settings.maxPlacementTries, 0, 0)
        while triesLeft > 0,
            let candidate = waiting.next(now: now, allowsLong: openings.long, allowsShort: openings.short)
        {
            let isFirst = deferredLong + deferredShort == 0
            switch place(candidate, isFirst: isFirst, now: now) {
            case .placed, .refused: continue
            case .impossible: triesLeft -= 1
            case .deferred:
                if candidate.isShort { deferredShort += 1 } else { deferredLong += 1 }
                openings.long = openings.long && deferredLong < 2 && deferredShort < 4
                openings.short = openings.short && deferredShort < 4
            case .blocked: (blocked, triesLeft) = (candidate.request, 0)
            }
            waiting.setAside(candidate)
        }
        waiting.endOccasion()
        setRetry(isDeferred: !openings.long || deferredLong + deferredShort > 0, now: now)
    }

    /// - Parameter isFirst: whether nobody whose turn it is before this one has to wait.
    private mutating func place(
        _ candidate: WaitingQueue.Candidate,
        isFirst: Bool,
        now: Timestamp
    ) -> PlaceResult {
        let request = candidate.request
        guard let entry = requests[request], entry.machine.isWaiting else {
            preconditionFailure("request \(request) is in the queue and does not wait")
        }
        let isBeyondShare = isBeyondShare(candidate)
        // Turns would be for nothing if others could pass, too, and lower classes go behind whatever is above them.
        let passing = isFirst && !isBeyondShare && entry.submission.terms.priority == .interactive
        var prompt = placementRequest(of: entry, now: now)
        if passing { prompt.passedSeconds = fairness.ledger.beyondShareSeconds }
        if isBeyondShare { prompt.spareShare = FairnessSettings.spareShare }
        var decision = placement.decide(prompt, in: table.cluster, turn: turn)
        guard var best = decision.plans.first else {
            let obstacle = obstacle(to: request, now: now)
            if let obstacle, isHopeless(obstacle, now: now) {
                refuse(request, .neverFits, .badRequest, "\(obstacle)", now: now)
                return .refused
            }
            // What others would find room for waits until there is more of it.
            if isBeyondShare, obstacle == nil { return .deferred }
            return obstacle?.isPassing == true ? .blocked : .impossible
        }
        if refuseSlow(entry, best, now: now) { return .refused }
        if mustWait(candidate, for: best, prompt, passing: passing, now: now) {
            let sooner = besideQueue(entry, candidate, best, prompt, passing: passing, now: now)
            guard let sooner else { return .deferred }
            (decision, best) = sooner
        }
        serve(candidate, entry, best, now: now)
        assign(
            entry,
            best,
            isBeyondShare: isBeyondShare,
            alternatives: decision.plans.dropFirst(),
            basis: decision.basis,
            now: now
        )
        turn.note(best.plan)
        return .placed
    }

    /// Why a waiting request has no place.
    mutating func obstacle(to request: RequestID, now: Timestamp) -> PlacementObstacle? {
        guard let entry = requests[request] else { return nil }
        return placement.obstacle(to: placementRequest(of: entry, now: now), in: table.cluster)
    }

    private mutating func placementRequest(of entry: RequestEntry, now: Timestamp) -> PlacementRequest {
        let avoided = entry.avoidances.filter { avoidance in
            avoidance.until > now
                && avoidance.reportCount.map { table[avoidance.worker]?.reportCount == $0 } ?? true
        }
        let machine = entry.machine
        var request = PlacementRequest(
            tokens: machine.promptTokenCount + machine.output.count,
            capacityTokens: machine.promptTokenCount
                + max(machine.sampling.maxTokens, machine.output.count + 1),
            hits: table.prefixHits(of: entry.blockHashes),
            avoided: Set(avoided.map(\.worker)),
            failures: machine.failures,
            quality: quality(of: entry),
            seed: entry.submission.request.rawValue.low &+ UInt64(entry.attemptCount)
        )
        request.now = now
        request.expectedTokens = request.tokens + expectedOutput(of: entry)
        let terms = entry.submission.terms
        request.ttftLimit = terms.ttftLimit.map { $0 - (now - machine.submittedAt) }
        request.tpotLimit = terms.tpotLimit
        return request
    }

    /// Output tokens that are expected from now on.
    func expectedOutput(of entry: RequestEntry) -> Int {
        let (machine, terms) = (entry.machine, entry.terms)
        return OutputForecast.expected(
            terms,
            limit: max(1, machine.sampling.maxTokens - machine.output.count),
            share: settings.decode.expectedShare
        )
    }

    /// What placement may do with the KV of a request.
    ///
    /// A budget is for long prompts: one that only the output made longer stays exact, as it began.
    private func quality(of entry: RequestEntry) -> KVQuality {
        var quality = entry.submission.quality
        if let budget = quality.budget, entry.machine.promptTokenCount <= budget.tokens {
            quality.budget = nil
        }
        return quality
    }

    /// Starts an attempt: the reservation and the work go out at once.
    private mutating func assign(
        _ entry: RequestEntry,
        _ chosen: ScoredPlan,
        isBeyondShare: Bool,
        alternatives: Slice<ScoredPlans>,
        basis: PlacementBasis,
        now: Timestamp
    ) {
        let (submission, machine, plan) = (entry.submission, entry.machine, chosen.plan)
        let number = entry.attemptCount + 1
        let id = AttemptID(request: submission.request, number: number)
        // A prompt that is expected to pass others may come after them all, and reports may be late.
        let queue = table[plan.computing]?.mostQueuedSeconds(now: now) ?? 0
        // Where a prompt of a lower class waits, others go first.
        let patience = submission.terms.priority == .interactive ? 1 : 2
        let lease = settings.limits.lease * patience + chosen.predictedTT2T + .fromSeconds(queue)
        var assignment = Assignment(
            attempt: id,
            part: .whole,
            // Usually nothing has been emitted yet, and the prompt is shared instead of copied.
            tokens: machine.output.isEmpty
                ? submission.promptTokens : submission.promptTokens + machine.output,
            promptTokens: submission.promptTokens.count,
            sampling: submission.sampling,
            hashKey: submission.hashKey,
            grant: submission.grant(attempt: number, plan: plan),
            lease: lease
        )
        assignment.codec = plan.codec
        assignment.acceptsLossy = submission.quality.acceptsLossy
        assignment.budget = plan.budget
        assignment.terms = entry.terms
        assignment.terms.isBeyondShare = isBeyondShare
        assignment.preemptions = machine.preemptionCount
        assignment.terms.ttftLimit = submission.terms.ttftLimit.map {
            max(.zero, $0 - (now - machine.submittedAt))
        }
        noteSent(chosen, assignment, now: now)
        let (decodeCharge, prefillCharge) = charges(of: assignment, entry, chosen)
        var attempt = Attempt(
            id: id,
            chosen: chosen,
            alternatives: alternatives,
            basis: basis,
            placedAt: now,
            firstOutputIndex: assignment.firstOutputIndex,
            lease: lease,
            decode: AttemptPart(worker: plan.decode, charge: decodeCharge)
        )
        table.send(decodeCharge, for: submission.request, to: plan.decode, now: now)
        if let prefill = plan.prefill, let decode = table[plan.decode] {
            attempt.prefill = AttemptPart(worker: prefill, charge: prefillCharge)
            table.send(prefillCharge, for: submission.request, to: prefill, now: now)
            assignment.part = .decode(from: prefill)
            outbox.append(.assign(plan.decode, assignment))
            assignment.part = .prefill(handOffTo: decode.registration.address)
            assignment.fetch = plan.fetch
            outbox.append(.assign(prefill, assignment))
        } else {
            assignment.fetch = plan.fetch
            outbox.append(.assign(plan.decode, assignment))
        }
        counters.attempts += 1
        note(chosen, tokens: assignment.tokens.count, isFirst: number == 1)
        requests[submission.request]?.attemptCount = number
        step(submission.request, .placed(attempt), now: now)
    }

    /// What the attempt takes from its workers.
    ///
    /// Blocks that a worker is believed to hold cost nothing; fetched ones need room, but no computing.
    private func charges(
        of assignment: Assignment,
        _ entry: RequestEntry,
        _ chosen: ScoredPlan
    ) -> (decode: WorkerCharge, prefill: WorkerCharge) {
        let layout = settings.placement.layout
        let tokens = assignment.tokens.count
        let promptBlocks = layout.blockCount(tokens: tokens)
        var (decode, prefill) = (WorkerCharge(), WorkerCharge())
        prefill.sequences = 1
        prefill.queuedTokens = tokens - chosen.hitTokens - chosen.fetchedTokens
        let computing = table[chosen.plan.computing]
        if prefill.queuedTokens <= computing?.load?.shortTokens ?? 0 {
            prefill.queuedShortTokens = prefill.queuedTokens
        }
        prefill.blocks = promptBlocks - chosen.hitTokens / layout.blockTokens
        let isWhole = chosen.plan.prefill == nil
        let promptCharge = isWhole ? prefill.blocks : chosen.transferBytes / layout.blockBytes
        let context = table[chosen.plan.decode]?.registration.contextTokens ?? assignment.capacityTokens
        let longest = max(0, min(assignment.capacityTokens, context) - tokens)
        // A reduced cache has room for the whole answer from the start.
        let output = chosen.plan.budget == nil ? min(longest, expectedOutput(of: entry)) : longest
        let keptTokens = chosen.plan.budget?.tokens ?? tokens
        decode.sequences = 1
        decode.blocks =
            layout.blockCount(tokens: keptTokens + output) - layout.blockCount(tokens: keptTokens)
            + promptCharge
        if isWhole {
            decode.queuedTokens = prefill.queuedTokens
            decode.queuedShortTokens = prefill.queuedShortTokens
        }
        return (decode, prefill)
    }

    mutating func perform(_ effect: RequestEffect, _ request: RequestID, now: Timestamp) {
        switch effect {
        case .emit(let tokens, let firstIndex):
            outbox.append(.emit(request, tokens: Array(tokens), firstIndex: firstIndex))
        case .finish(let reason):
            counters.finished += 1
            endService(request, now: now)
            outbox.append(.finish(request, reason))
        case .fail(let error, let retryAfter):
            counters.failed += 1
            endService(request, now: now)
            let wait = error.code == .noCapacity ? retryAfter ?? self.retryAfter(of: request) : nil
            outbox.append(.fail(request, error, retryAfter: wait))
        case .givenUp:
            counters.cancelled += 1
            endService(request, now: now)
        case .cancel(let worker, let attempt): outbox.append(.cancel(worker, attempt))
        case .release(let worker, let charge):
            table.release(charge, of: request, from: worker, now: now)
            fairness.ledger.remove(request, from: worker, now: now)
            hasOccasion = hasOccasion || !waiting.isEmpty
        case .avoid(let worker, let pause, let untilReport):
            let reportCount = untilReport ? table[worker]?.reportCount : nil
            avoid(.init(worker: worker, until: now + pause, reportCount: reportCount), request, now: now)
        case .wait:
            requests[request]?.extendHashes(blockTokens: settings.placement.layout.blockTokens)
            wait(request, now: now)
            hasOccasion = true
        case .close: close(request, now: now)
        case .count(let incident): count(incident)
        }
    }

    mutating func avoid(
        _ avoidance: RequestEntry.Avoidance,
        _ request: RequestID,
        now: Timestamp
    ) {
        // What must pass by itself is not ended by a report that another reason waits for.
        let isCovered = requests[request]?.avoidances.contains { known in
            known.worker == avoidance.worker && known.reportCount == nil && known.until >= avoidance.until
        }
        if isCovered == true { return }
        requests[request]?.avoidances.removeAll { $0.worker == avoidance.worker || $0.until <= now }
        requests[request]?.avoidances.append(avoidance)
    }

    private mutating func close(_ request: RequestID, now: Timestamp) {
        guard let entry = requests.removeValue(forKey: request) else { return }
        if entry.isQueued {
            waiting.remove(request, arrival: entry.arrival)
            endWait(entry, now: now)
        }
        guard let record = entry.machine.record(of: request) else { return }
        note(record, ttftLimit: entry.submission.terms.ttftLimit)
        settle(entry, record)
        outbox.append(.record(record))
    }

    private mutating func count(_ incident: RequestEffect.Incident) {
        switch incident {
        case .stale: counters.stale += 1
        case .conflict: counters.conflicts += 1
        case .gap: counters.gaps += 1
        case .violation: counters.violations += 1
        case .refusal: counters.refusals += 1
        case .failedAttempt: counters.failedAttempts += 1
        case .preemption: counters.preemptions += 1
        }
    }
}
