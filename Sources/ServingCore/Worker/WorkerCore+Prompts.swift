import KVCache
import ServingTypes

/// Which prompts start, and how much of each the next step computes.
extension WorkerCore {
    /// Prompts that may find no blocks in one step before all others without blocks wait too: trying costs hashing.
    private static let maxRefusedStarts = 4

    /// The coefficients that prompts are scheduled by.
    var schedulingCost: CostCoefficients { currentCost }

    /// When `nextStep` should be asked again, after it found prompts that wait for company; `nil` for no such time.
    public var nextStepAt: Timestamp? { prefill.window?.upperBound }

    /// What the prefill scheduler is doing.
    public var prefillFigures: PrefillFigures {
        PrefillFigures(
            boundaryTokens: settings.prefill.boundary(PrefillModel(cost: schedulingCost)),
            window: prefill.window.map { $0.upperBound - $0.lowerBound } ?? .zero,
            windowCount: prefill.windowCount,
            shortTurns: prefill.turnCounts[.short, default: 0],
            longTurns: prefill.turnCounts[.long, default: 0]
        )
    }

    /// How long prompts that come now are predicted to wait.
    func promptWaits(now: Timestamp) -> PromptWaits {
        prefill.waits(
            behind: (prefilling + waiting).compactMap { sequences[$0].flatMap(candidateAfterStep) },
            beside: company(of: decoding),
            model: PrefillModel(cost: schedulingCost),
            now: now
        )
    }

    /// What the running steps leave of a prompt; `nil` when nothing.
    private func candidateAfterStep(_ sequence: WorkSequence) -> PromptCandidate? {
        var candidate = candidate(sequence)
        for step in stepsInProgress where sequence.isStepping {
            let entry = step.plan.entries.first { $0.attempt == sequence.attempt }
            guard let entry, entry.isPrefill else { continue }
            candidate.computed += entry.tokens.count
            candidate.uncomputed -= entry.tokens.count
        }
        return candidate.uncomputed > 0 ? candidate : nil
    }

    /// Rest of a running step from which on it yields to a short prompt; `nil` when it never does.
    var yieldingRest: Duration? {
        let model = PrefillModel(cost: schedulingCost)
        guard settings.preemption.isEnabled, model.isKnown else { return nil }
        return max(settings.preemption.leastGain, model.stepFloor * settings.preemption.leastRatio)
    }

    /// The prompts' part of a step that decoding sequences share; starts those that take part.
    mutating func promptEntries(beside decoding: [StepPlan.Entry], now: Timestamp) -> [StepPlan.Entry] {
        let company = company(of: decoding.map(\.attempt))
        let model = PrefillModel(cost: schedulingCost)
        noteWaiting(model)
        var refused: Set<AttemptID> = []
        while true {
            let attempts = eligiblePrompts(without: refused, now: now)
            let prompts = attempts.compactMap { sequences[$0].map(candidate) }
            let choice = prefill.choose(prompts, beside: company, model: model, now: now)
            guard case .run(let chunks, _) = choice else {
                prefill.commit(choice, of: prompts, beside: company, model: model, now: now)
                return []
            }
            let chosen = chunks.map { attempts[$0.index] }
            // A prompt that starts may find more or less in the cache than expected: then choose anew.
            guard start(chosen, refused: &refused, now: now) else { continue }
            prefill.commit(choice, of: prompts, beside: company, model: model, now: now)
            return chunks.compactMap { chunk in
                begin(attempts[chunk.index], prompts[chunk.index], model, now: now)
                return promptEntry(attempts[chunk.index], tokens: chunk.tokens)
            }
        }
    }

    /// Prompts that a step may compute, in order of arrival but for those that began before.
    private func eligiblePrompts(without refused: Set<AttemptID>, now: Timestamp) -> [AttemptID] {
        let started = prefilling.filter { sequences[$0]?.isStepping == false }
        // Under the other policies prompts start when there are blocks.
        guard settings.prefill.policy == .lengthAware, refused.count < Self.maxRefusedStarts else {
            return started
        }
        let isStarving = refused.contains { attempt in
            guard let sequence = sequences[attempt] else { return false }
            return now - sequence.arrivedAt >= settings.prefill.maxStarvation
        }
        return isStarving ? started : started + waiting.filter { !refused.contains($0) }
    }

    /// Gives blocks to the chosen prompts that have none.
    ///
    /// - Returns: whether all of them stand as they were chosen.
    private mutating func start(
        _ chosen: [AttemptID],
        refused: inout Set<AttemptID>,
        now: Timestamp
    ) -> Bool {
        var isAsChosen = true
        for attempt in chosen where sequences[attempt]?.phase == .waiting {
            let expected = sequences[attempt]?.prompt.expectedHit
            guard startWaiting(attempt, now: now) else {
                refused.insert(attempt)
                isAsChosen = false
                continue
            }
            if sequences[attempt]?.computedTokens != expected { isAsChosen = false }
            if sequences[attempt]?.phase != .prefilling { isAsChosen = false }
        }
        return isAsChosen
    }

    /// Marks a prompt that takes part in a step for the first time.
    private mutating func begin(
        _ attempt: AttemptID,
        _ prompt: PromptCandidate,
        _ model: PrefillModel,
        now: Timestamp
    ) {
        guard prompt.begunAs == nil else { return }
        let promptClass = prefill.promptClass(of: prompt, model: model)
        sequences[attempt]?.prompt.begunAs = promptClass
        outbox.append(.promptStarted(PromptStart(promptClass: promptClass, wait: now - prompt.arrivedAt)))
    }

    private func promptEntry(_ attempt: AttemptID, tokens: Int) -> StepPlan.Entry? {
        guard let sequence = sequences[attempt] else { return nil }
        let remaining = sequence.uncomputedTokens
        let chunk = sequence.selected == nil ? tokens : keepingQueries(tokens, of: remaining)
        return entry(of: attempt, tokens: chunk)
    }

    /// Shortens a chunk so that the queries that choose what is kept come in one step.
    private func keepingQueries(_ chunk: Int, of remaining: Int) -> Int {
        let left = remaining - chunk
        guard left > 0, left < settings.selectionQueryTokens else { return chunk }
        return remaining > settings.selectionQueryTokens ? remaining - settings.selectionQueryTokens : chunk
    }
}

/// What the prefill scheduler is told.
extension WorkerCore {
    /// Tells the scheduler of prompts that have come since the last step.
    mutating func noteWaiting(_ model: PrefillModel) {
        for attempt in prefilling + waiting {
            guard let sequence = sequences[attempt], !sequence.prompt.isNoted else { continue }
            sequences[attempt]?.prompt.isNoted = true
            if sequence.phase == .waiting, sequence.budget == nil {
                sequences[attempt]?.prompt.expectedHit = pool.lookup(
                    tokens: sequence.tokens,
                    hasher: sequence.hasher,
                    accepting: sequence.acceptedFidelity
                )
            }
            if let noted = sequences[attempt] { prefill.note(candidate(noted), model: model) }
        }
    }

    private func candidate(_ sequence: WorkSequence) -> PromptCandidate {
        let terms = sequence.assignment.terms
        let computed = computedTokens(of: sequence)
        return PromptCandidate(
            urgency: terms.urgency,
            arrivedAt: sequence.arrivedAt,
            dueAt: terms.ttftLimit.map { sequence.arrivedAt + $0 },
            computed: computed,
            uncomputed: max(1, sequence.tokens.count - computed),
            begunAs: sequence.prompt.begunAs,
            preemptions: sequence.assignment.preemptions
        )
    }

    /// Leading tokens of a prompt whose KV is there, or is expected to be found.
    func computedTokens(of sequence: WorkSequence) -> Int {
        sequence.phase == .waiting ? sequence.prompt.expectedHit : sequence.computedTokens
    }

    private func company(of decoding: [AttemptID]) -> DecodeCompany {
        var company = DecodeCompany()
        for attempt in decoding {
            guard let sequence = sequences[attempt] else { continue }
            company.count += 1
            company.contextTokens += sequence.computedTokens
            guard let limit = sequence.assignment.terms.tpotLimit else { continue }
            company.tpotLimit = min(company.tpotLimit ?? limit, limit)
        }
        return company
    }
}

/// How prompts get their blocks.
extension WorkerCore {
    /// Gives blocks to sequences, the most urgent first, while there are blocks and room.
    ///
    /// The length-aware policy gives them when a prompt is chosen, so that those that wait keep none from those that
    /// overtake them; a prefix that is to be fetched comes meanwhile.
    mutating func startWaiting(now: Timestamp) {
        makeRoomForNext(now: now)
        let isLazy = settings.prefill.policy == .lengthAware
        for attempt in startOrder {
            if isLazy, sequences[attempt]?.assignment.fetch == nil { continue }
            // Blocks come back when another sequence ends.
            guard startWaiting(attempt, now: now) else { return }
        }
    }

    /// Gives blocks to one sequence; `false` when there are none, or no room.
    mutating func startWaiting(_ attempt: AttemptID, now: Timestamp) -> Bool {
        guard var sequence = sequences[attempt], sequences.count - waiting.count < settings.maxRunning else {
            return false
        }
        if sequence.decodesHere, timeObstacle(to: sequence.assignment) != nil { return false }
        sequence.phase = .prefilling
        do throws(KVCacheError) {
            try checkGrowth(with: sequence.assignment, hasher: sequence.hasher)
            try takeBlocks(for: &sequence)
        } catch {
            return false
        }
        sequence.startedAt = now
        sequence.report.queue = now - sequence.arrivedAt
        waiting.removeAll { $0 == attempt }
        if startFetch(for: &sequence, now: now) {
            sequence.phase = .fetching
            sequences[attempt] = sequence
        } else {
            sequences[attempt] = sequence
            startPrefilling(attempt, now: now)
        }
        return true
    }

    /// What is cached or fetched can be sent at once; the rest is computed.
    mutating func startPrefilling(_ attempt: AttemptID, now: Timestamp) {
        sequences[attempt]?.phase = .prefilling
        prefilling.append(attempt)
        guard let sequence = sequences[attempt], let sender = sequence.sender, sequence.selected == nil else {
            return
        }
        let blocks = sequence.computedTokens / settings.layout.blockTokens
        sequences[attempt]?.sender?.computed(layers: settings.layout.layerCount, blocks: blocks)
        offerToLanes(sender.id, to: sender.receiver.worker, now: now)
    }
}
