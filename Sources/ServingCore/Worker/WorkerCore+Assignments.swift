import KVCache
import ServingTypes

extension WorkerCore {
    /// Takes or refuses work; a repeated assignment is answered again.
    mutating func assign(_ assignment: Assignment, router: RouterKey, now: Timestamp) {
        let attempt = assignment.attempt
        if let known = sequences[attempt], known.router == router {
            outbox.append(.answer(router, AssignmentAnswer(attempt: attempt)))
            return
        }
        if let refusal = refusal(of: assignment) {
            refuse(attempt, refusal, router: router, now: now)
            return
        }
        dropEarlierAttempts(than: attempt, now: now)
        switch assignment.part {
        case .prefill(let receiver): startPrefill(assignment, receiver: receiver, router: router, now: now)
        case .whole: enqueue(assignment, sender: nil, router: router, now: now)
        case .decode(let sender): reserve(assignment, sender: sender, router: router, now: now)
        }
    }

    /// A router takes its work back.
    mutating func cancel(_ attempt: AttemptID, router: RouterKey, now: Timestamp) {
        guard let sequence = sequences[attempt], sequence.router == router else {
            // The assignment may still be on its way behind a reconnect: it must not start any more.
            fence.retire(attempt, wasVerified: fence.wasVerified(attempt))
            parkedOffers[attempt] = nil
            return
        }
        let reason = ServingError(.cancelled, "the router cancelled attempt \(attempt.number)")
        end(attempt, failure: nil, abort: reason, isReported: false, now: now)
    }

    /// Every attempt of a lost router is given up: it places them anew, or its client is gone with it.
    mutating func lose(_ router: RouterKey, now: Timestamp) {
        let reason = ServingError(.peerLost, "the connection to the router closed")
        for attempt in sequences.keys.sorted() where sequences[attempt]?.router == router {
            end(attempt, failure: nil, abort: reason, isReported: false, now: now)
        }
    }

    private func refusal(of assignment: Assignment) -> ServingError? {
        if fence.isStale(assignment.attempt) || hasLaterAttempt(than: assignment.attempt) {
            return ServingError(.protocolViolation, "attempt \(assignment.attempt.number) is over here")
        }
        guard !isDraining else { return ServingError(.draining, "\(settings.worker.id) is being drained") }
        guard nextRole == nil else {
            return ServingError(.draining, "\(settings.worker.id) is changing its role")
        }
        // The router may not know yet that the role has changed: the request goes on elsewhere.
        if role == .prefill, !assignment.isPrefillPart {
            return ServingError(.draining, "\(settings.worker.id) is a prefill worker and does not decode")
        }
        guard assignment.tokens.count < settings.contextTokens else {
            return ServingError(
                .badRequest,
                "\(assignment.tokens.count) tokens leave no room in a context of \(settings.contextTokens)"
            )
        }
        var needed = settings.layout.blockCount(tokens: wholeCapacity(of: assignment))
        // What is kept of a prompt is put together beside the prompt itself.
        if assignment.isPrefillPart, let budget = assignment.budget, budget.tokens < assignment.tokens.count {
            needed += settings.layout.blockCount(tokens: budget.tokens)
        }
        if let budget = assignment.budget, budget.tokens <= budget.sinkTokens + budget.recentTokens {
            let kept = "\(budget.sinkTokens) first and \(budget.recentTokens) last tokens"
            return ServingError(.badRequest, "a budget of \(budget.tokens) tokens has no room beyond \(kept)")
        }
        guard needed <= settings.blockCount else {
            return ServingError(
                .noCapacity,
                "\(needed) KV blocks are needed, the whole pool has \(settings.blockCount)"
            )
        }
        guard waiting.count < settings.maxWaiting else {
            return ServingError(.noCapacity, "\(waiting.count) sequences wait already")
        }
        return nil
    }

    private func hasLaterAttempt(than attempt: AttemptID) -> Bool {
        sequences.keys.contains { $0.request == attempt.request && $0.number > attempt.number }
    }

    private mutating func dropEarlierAttempts(than attempt: AttemptID, now: Timestamp) {
        let earlier = sequences.keys.filter { $0.request == attempt.request && $0.number < attempt.number }
        for old in earlier.sorted() {
            counters.stale += 1
            let reason = ServingError(.cancelled, "attempt \(attempt.number) replaces it")
            end(old, failure: nil, abort: reason, isReported: false, now: now)
        }
    }

    private mutating func refuse(
        _ attempt: AttemptID,
        _ error: ServingError,
        retryAfter: Duration? = nil,
        router: RouterKey,
        now: Timestamp
    ) {
        if error.code == .protocolViolation { counters.stale += 1 }
        outbox.append(
            .answer(router, AssignmentAnswer(attempt: attempt, refusal: error, retryAfter: retryAfter))
        )
        // The router takes the sender's part back: an abort from here could make that one's failure come before this
        // refusal.
        parkedOffers[attempt] = nil
        fence.retire(attempt, wasVerified: fence.wasVerified(attempt))
    }

    /// Blocks are taken when the first step starts: prompts before it may still fill the prefix cache.
    private mutating func enqueue(
        _ assignment: Assignment,
        sender: SendTransfer?,
        router: RouterKey,
        now: Timestamp
    ) {
        var sequence = WorkSequence(
            assignment: assignment,
            router: router,
            phase: .waiting,
            blockTokens: settings.layout.blockTokens,
            now: now
        )
        sequence.sender = sender
        if sender != nil { sequence.renewAt = now + settings.renewInterval }
        sequences[assignment.attempt] = sequence
        waiting.append(assignment.attempt)
        outbox.append(.answer(router, AssignmentAnswer(attempt: assignment.attempt)))
    }

    private mutating func startPrefill(
        _ assignment: Assignment,
        receiver: WorkerAddress,
        router: RouterKey,
        now: Timestamp
    ) {
        let transfer = SendTransfer(
            id: KVTransferID(attempt: assignment.attempt, kind: .handOff),
            receiver: receiver,
            grant: assignment.grant,
            codec: assignment.codec,
            content: KVContentMark(tokens: assignment.tokens),
            blocks: 0..<handedBlocks(of: assignment),
            layout: settings.layout,
            groupLayers: settings.groupLayers,
            now: now
        )
        know(receiver)
        enqueue(assignment, sender: transfer, router: router, now: now)
        outbox.append(.offer(to: receiver, transfer.offer))
    }

    /// Reserves what the sequence is expected to need, if what all are expected to need fits.
    private mutating func reserve(
        _ assignment: Assignment,
        sender: WorkerRef,
        router: RouterKey,
        now: Timestamp
    ) {
        var sequence = WorkSequence(
            assignment: assignment,
            router: router,
            phase: .receiving,
            blockTokens: settings.layout.blockTokens,
            now: now
        )
        guard sequences.count - waiting.count < settings.maxRunning else {
            let error = ServingError(.noCapacity, "\(settings.maxRunning) sequences run already")
            refuse(assignment.attempt, error, router: router, now: now)
            return
        }
        if let obstacle = timeObstacle(to: assignment) {
            let (error, wait) = obstacle
            refuse(assignment.attempt, error, retryAfter: wait, router: router, now: now)
            return
        }
        do throws(KVCacheError) {
            try checkGrowth(with: assignment, hasher: sequence.hasher)
            try takeBlocks(for: &sequence)
        } catch {
            let refusal = ServingError(.noCapacity, error.description)
            refuse(assignment.attempt, refusal, router: router, now: now)
            return
        }
        sequence.receiver = ReceiveTransfer(
            id: KVTransferID(attempt: assignment.attempt, kind: .handOff),
            sender: sender,
            grant: assignment.grant,
            content: KVContentMark(tokens: assignment.tokens),
            heldBlocks: sequence.publishedBlocks,
            blockCount: handedBlocks(of: assignment),
            layout: settings.layout,
            windowBytes: settings.creditBytes
        )
        sequence.deadline = now + assignment.lease
        sequences[assignment.attempt] = sequence
        outbox.append(.answer(router, AssignmentAnswer(attempt: assignment.attempt)))
        if let parked = parkedOffers.removeValue(forKey: assignment.attempt) {
            take(parked.offer, from: parked.sender, now: now)
            if let handOff = parked.handOff { take(handOff, from: parked.sender, now: now) }
        }
    }

    /// Reserves the table of a sequence, sharing the longest cached prefix.
    ///
    /// Of a prompt that hands off a budget only, the decode worker has no prefix and the prefill worker computes the
    /// last tokens in any case: their queries decide what is kept.
    mutating func takeBlocks(for sequence: inout WorkSequence) throws(KVCacheError) {
        if let budget = sequence.budget {
            try takeBlocks(for: &sequence, keeping: budget)
            return
        }
        let reservation = try pool.reserve(
            tokens: sequence.tokens,
            capacityTokens: capacity(of: sequence.assignment),
            hasher: sequence.hasher,
            hold: sequence.hold,
            accepting: sequence.acceptedFidelity
        )
        adopt(reservation, for: &sequence)
    }

    private mutating func takeBlocks(
        for sequence: inout WorkSequence,
        keeping budget: KVBudget
    ) throws(KVCacheError) {
        let room = try pool.reserve(
            tokens: [0],
            capacityTokens: sequence.assignment.isPrefillPart
                ? budget.tokens : capacity(of: sequence.assignment),
            hasher: sequence.hasher,
            hold: sequence.hold
        )
        guard sequence.assignment.isPrefillPart else {
            sequence.droppedTokens = sequence.tokens.count - budget.tokens
            adopt(room, for: &sequence)
            return
        }
        do throws(KVCacheError) {
            let known = max(1, sequence.tokens.count - settings.selectionQueryTokens)
            let reservation = try pool.reserve(
                tokens: Array(sequence.tokens.prefix(known + 1)),
                capacityTokens: capacity(of: sequence.assignment),
                hasher: sequence.hasher,
                hold: sequence.hold,
                accepting: sequence.acceptedFidelity
            )
            adopt(reservation, for: &sequence)
            sequence.selected = room
        } catch {
            pool.release(room.table, sequence.hold)
            throw error
        }
    }

    private mutating func adopt(_ reservation: Reservation, for sequence: inout WorkSequence) {
        sequence.reservation = reservation
        sequence.fidelity = max(sequence.fidelity, reservation.hitFidelity)
        sequence.computedTokens = reservation.hitTokens
        sequence.publishedBlocks = reservation.hitTokens / settings.layout.blockTokens
        sequence.publishedHash = reservation.hitHash
        sequence.report.hitTokens = reservation.hitTokens
        counters.hitTokens += reservation.hitTokens
        // Of a reduced cache nothing is looked up.
        if sequence.droppedTokens == 0 { counters.queriedTokens += sequence.tokens.count }
    }

    /// Blocks that are handed off: those of the prompt, or of the budget that is kept of it.
    private func handedBlocks(of assignment: Assignment) -> Int {
        let tokens = min(assignment.tokens.count, assignment.budget?.tokens ?? .max)
        return settings.layout.blockCount(tokens: tokens)
    }
}

extension Assignment {
    /// Whether this worker hands the sequence off.
    var isPrefillPart: Bool {
        if case .prefill = part { true } else { false }
    }
}
