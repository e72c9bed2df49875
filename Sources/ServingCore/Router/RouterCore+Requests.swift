import ServingTypes

/// Requests: how they come, are placed, and what their machines ask for.
extension RouterCore {
    /// What became of an attempt to place a request.
    private enum PlaceResult { case placed, blocked, impossible }

    mutating func submit(_ submission: Submission, now: Timestamp) {
        precondition(
            requests[submission.request] == nil,
            "request \(submission.request) was submitted before"
        )
        precondition(!submission.promptTokens.isEmpty, "request \(submission.request) has no prompt")
        precondition(submission.sampling.maxTokens > 0, "request \(submission.request) wants no token")
        counters.submitted += 1
        arrivals += 1
        let entry = RequestEntry(submission, arrival: arrivals, limits: settings.limits, now: now)
        requests[submission.request] = entry
        waiting.insert(submission.request, arrival: entry.arrival)
        arm(submission.request)
        placeWaiting(now: now)
        guard waiting.count > settings.maxWaiting, requests[submission.request]?.machine.isWaiting == true
        else {
            return
        }
        let message = "\(settings.maxWaiting) requests wait for a worker already: retry later, or add workers"
        step(submission.request, .rejected(ServingError(.noCapacity, message)), now: now)
    }

    /// Places waiting requests, the oldest first, until one must wait for others to end.
    mutating func placeWaiting(now: Timestamp) {
        hasOccasion = false
        var position = 0
        while position < min(waiting.count, settings.maxPlacementTries) {
            switch place(waiting[position], now: now) {
            case .placed: continue
            case .impossible: position += 1
            case .blocked: position = waiting.count
            }
        }
        retryAt = waiting.isEmpty ? nil : now + settings.retryInterval
    }

    private mutating func place(_ request: RequestID, now: Timestamp) -> PlaceResult {
        guard let entry = requests[request], entry.machine.isWaiting else {
            preconditionFailure("request \(request) is in the queue and does not wait")
        }
        let prompt = placementRequest(of: entry, now: now)
        let plans = placement.place(prompt, in: table.snapshot)
        guard let best = plans.first else {
            return obstacle(to: request, now: now)?.isPassing == true ? .blocked : .impossible
        }
        waiting.remove(arrival: entry.arrival)
        assign(
            entry,
            best,
            alternatives: Array(plans.dropFirst().prefix(settings.maxRecordedPlans)),
            now: now
        )
        return .placed
    }

    /// Why a waiting request has no place.
    mutating func obstacle(to request: RequestID, now: Timestamp) -> PlacementObstacle? {
        guard let entry = requests[request] else { return nil }
        return placement.obstacle(to: placementRequest(of: entry, now: now), in: table.snapshot)
    }

    private mutating func placementRequest(of entry: RequestEntry, now: Timestamp) -> PlacementRequest {
        let avoided = entry.avoidances.filter { avoidance in
            avoidance.until > now
                && avoidance.reportCount.map { table[avoidance.worker]?.reportCount == $0 } ?? true
        }
        let machine = entry.machine
        return PlacementRequest(
            tokens: machine.promptTokenCount + machine.output.count,
            capacityTokens: machine.promptTokenCount
                + max(machine.sampling.maxTokens, machine.output.count + 1),
            hitBlocks: table.hitBlocks(of: entry.submission.blockHashes),
            avoided: Set(avoided.map(\.worker)),
            failures: machine.failures,
            quality: quality(of: entry)
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
        alternatives: [ScoredPlan],
        now: Timestamp
    ) {
        let (submission, machine, plan) = (entry.submission, entry.machine, chosen.plan)
        let number = entry.attemptCount + 1
        let id = AttemptID(request: submission.request, number: number)
        let lease = settings.limits.lease + chosen.predictedTT2T
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
        assignment.terms = submission.terms
        assignment.terms.ttftLimit = submission.terms.ttftLimit.map {
            max(.zero, $0 - (now - machine.submittedAt))
        }
        let (decodeCharge, prefillCharge) = charges(of: assignment, chosen)
        var attempt = Attempt(
            id: id,
            chosen: chosen,
            alternatives: alternatives,
            placedAt: now,
            firstOutputIndex: assignment.firstOutputIndex,
            lease: lease,
            decode: AttemptPart(worker: plan.decode, charge: decodeCharge)
        )
        table.charge(plan.decode) { $0 += decodeCharge }
        if let prefill = plan.prefill, let decode = table[plan.decode] {
            attempt.prefill = AttemptPart(worker: prefill, charge: prefillCharge)
            table.charge(prefill) { $0 += prefillCharge }
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
        requests[submission.request]?.attemptCount = number
        step(submission.request, .placed(attempt), now: now)
    }

    /// What the attempt takes from its workers.
    ///
    /// Blocks that a worker is believed to hold cost nothing; fetched ones need room, but no computing.
    private func charges(
        of assignment: Assignment,
        _ chosen: ScoredPlan
    ) -> (decode: WorkerCharge, prefill: WorkerCharge) {
        let layout = settings.placement.layout
        let tokens = assignment.tokens.count
        let promptBlocks = layout.blockCount(tokens: tokens)
        var (decode, prefill) = (WorkerCharge(), WorkerCharge())
        prefill.sequences = 1
        prefill.queuedTokens = tokens - chosen.hitTokens - chosen.fetchedTokens
        prefill.blocks = promptBlocks - chosen.hitTokens / layout.blockTokens
        let isWhole = chosen.plan.prefill == nil
        let promptCharge = isWhole ? prefill.blocks : chosen.transferBytes / layout.blockBytes
        let context = table[chosen.plan.decode]?.registration.contextTokens ?? assignment.capacityTokens
        let output = max(0, min(assignment.capacityTokens, context) - tokens)
        let keptTokens = chosen.plan.budget?.tokens ?? tokens
        decode.sequences = 1
        decode.blocks =
            layout.blockCount(tokens: keptTokens + output) - layout.blockCount(tokens: keptTokens)
            + promptCharge
        if isWhole { decode.queuedTokens = prefill.queuedTokens }
        return (decode, prefill)
    }

    mutating func perform(_ effect: RequestEffect, _ request: RequestID, now: Timestamp) {
        switch effect {
        case .emit(let tokens, let firstIndex):
            outbox.append(.emit(request, tokens: Array(tokens), firstIndex: firstIndex))
        case .finish(let reason):
            counters.finished += 1
            outbox.append(.finish(request, reason))
        case .fail(let error, let retryAfter):
            counters.failed += 1
            let wait = error.code == .noCapacity ? retryAfter ?? settings.retryAfter : nil
            outbox.append(.fail(request, error, retryAfter: wait))
        case .givenUp: counters.cancelled += 1
        case .cancel(let worker, let attempt): outbox.append(.cancel(worker, attempt))
        case .release(let worker, let charge):
            table.charge(worker) { $0 -= charge }
            hasOccasion = hasOccasion || !waiting.isEmpty
        case .avoid(let worker, let pause, let untilReport):
            let reportCount = untilReport ? table[worker]?.reportCount : nil
            avoid(.init(worker: worker, until: now + pause, reportCount: reportCount), request, now: now)
        case .wait:
            if let arrival = requests[request]?.arrival { waiting.insert(request, arrival: arrival) }
            hasOccasion = true
        case .close: close(request)
        case .count(let incident): count(incident)
        }
    }

    private mutating func avoid(
        _ avoidance: RequestEntry.Avoidance,
        _ request: RequestID,
        now: Timestamp
    ) {
        requests[request]?.avoidances.removeAll { $0.worker == avoidance.worker || $0.until <= now }
        requests[request]?.avoidances.append(avoidance)
    }

    private mutating func close(_ request: RequestID) {
        guard let entry = requests.removeValue(forKey: request) else { return }
        waiting.remove(arrival: entry.arrival)
        if let record = entry.machine.record(of: request) { outbox.append(.record(record)) }
    }

    private mutating func count(_ incident: RequestEffect.Incident) {
        switch incident {
        case .stale: counters.stale += 1
        case .conflict: counters.conflicts += 1
        case .gap: counters.gaps += 1
        case .violation: counters.violations += 1
        case .refusal: counters.refusals += 1
        case .failedAttempt: counters.failedAttempts += 1
        }
    }
}
