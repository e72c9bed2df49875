import KVCache
import ServingTypes

/// Steps within steps: a long prefill yields at a layer boundary, and goes on with nothing lost.
extension WorkerCore {
    /// How long steps take here: fitted to those that were measured, from what was registered.
    public var currentCost: CostCoefficients { fit.current }

    /// Whether something came for which a running step may yield; false again once it was asked.
    public var mayPreempt: Bool { hasPreemptionNews }

    /// What to compute between two layers of a running step; `nil` when that goes on.
    ///
    /// The shell asks when ``mayPreempt`` has become true, at the layers that a plan itself names, and again after each
    /// step that it got here. The plan is finished as any other, before the one that it is nested in.
    ///
    /// - Parameter layers: computed layers of the running step.
    public mutating func preemptingStep(
        during plan: StepPlan,
        layers: Int,
        now: Timestamp
    ) -> StepPlan? {
        hasPreemptionNews = false
        guard let index = stepsInProgress.indices.last, stepsInProgress[index].plan.number == plan.number,
            layers > 0, layers < settings.layout.layerCount
        else { return nil }
        stepsInProgress[index].layers = layers
        noteWaiting(PrefillModel(cost: schedulingCost))
        let scene = preemptionScene(now: now)
        // A promised time per token can run out before anything else comes.
        hasPreemptionNews =
            settings.preemption.isEnabled
            && decoding.contains { attempt in
                guard let sequence = sequences[attempt], !sequence.isStepping else { return false }
                return sequence.assignment.terms.tpotLimit != nil
            }
        switch LayerPreemptionPolicy(settings: settings.preemption).choose(scene) {
        case .goOn: return nil
        case .decode:
            stepsInProgress[index].decodedAt = layers
            return begin(decodeEntries(now: now), now: now)
        case .yield(let attempts):
            let entries = attempts.compactMap { preemptingEntry($0, now: now) }
            guard let nested = begin(entries, now: now) else { return nil }
            stepsInProgress[index].preemptions += 1
            counters.layerPreemptions += 1
            return nested
        }
    }

    /// Plans a step in which `decoding` and `prompts` take part; `nil` for nobody.
    ///
    /// Layered, a step of prompts that would keep answers waiting for long leaves them out and lets them in between its
    /// layers.
    mutating func mixedStep(
        _ decoding: [StepPlan.Entry],
        _ prompts: [StepPlan.Entry],
        now: Timestamp
    ) -> StepPlan? {
        guard settings.mixed == .layered, !decoding.isEmpty, !prompts.isEmpty,
            let layers = layersPerTurn(decoding, prompts)
        else { return begin(decoding + prompts, now: now) }
        return begin(prompts, layersPerTurn: layers, now: now)
    }

    /// Answers for whose sake prompts are cut: layered, they come in between layers instead.
    func companyOfPrompts(_ decoding: [StepPlan.Entry]) -> [StepPlan.Entry] {
        settings.mixed == .layered ? [] : decoding
    }

    /// Whether answers come before prompts because they had no turn in the last layers of a step.
    func answersAreOwed(_ decoding: [StepPlan.Entry]) -> Bool { owesAnswers && !decoding.isEmpty }

    /// Ends a step that was begun here and learns from its time.
    mutating func endProgress(of plan: StepPlan, learning: Bool, now: Timestamp) {
        guard let index = stepsInProgress.lastIndex(where: { $0.plan.number == plan.number }) else { return }
        precondition(index == stepsInProgress.count - 1, "step \(plan.number) ends before one nested in it")
        let step = stepsInProgress.removeLast()
        let whole = now - step.startedAt
        let own = whole - step.nested
        if index > 0 {
            stepsInProgress[index - 1].nested += whole
            counters.nestedSteps += 1
        }
        if step.footprint.decodeCount > 0 { answersServedAt = now }
        if index == 0 { owesAnswers = isOwing(step) }
        guard learning, let kind = step.footprint.kind else { return }
        lastStep = FinishedStep(kind: kind, predicted: step.predicted, measured: own, yielded: step.nested)
        fit.learn(step.footprint, took: own)
    }

    /// The times of the step that was just finished; once.
    public mutating func takeFinishedStep() -> FinishedStep? {
        defer { lastStep = nil }
        return lastStep
    }

    /// How many sequences are in which state: when it changes during a step, that may have to yield.
    var preemptionMark: PreemptionMark {
        PreemptionMark(waiting: waiting.count, prefilling: prefilling.count, decoding: decoding.count)
    }

    /// Notes for the shell that a running step should be asked, if something changed since `mark`.
    mutating func notePreemption(since mark: PreemptionMark) {
        guard !stepsInProgress.isEmpty, mark != preemptionMark else { return }
        hasPreemptionNews = true
    }

    /// How many sequences wait, are computed, and decode.
    struct PreemptionMark: Equatable { let waiting, prefilling, decoding: Int }
}

/// What the decision sees, and what comes of it.
extension WorkerCore {
    private func preemptionScene(now: Timestamp) -> LayerPreemptionScene {
        var scene = LayerPreemptionScene(
            running: stepsInProgress.indices.map { running($0, now: now) },
            cost: currentCost,
            stepTokens: settings.promptStepTokens
        )
        scene.answers = answers(now: now)
        scene.prompts = (prefilling + waiting).compactMap { prompt($0, now: now) }
        return scene
    }

    private func running(_ index: Int, now: Timestamp) -> LayerPreemptionScene.Running {
        let layerCount = settings.layout.layerCount
        let step = stepsInProgress[index]
        // While one runs in it, it stands still.
        let stoppedAt = index + 1 < stepsInProgress.count ? stepsInProgress[index + 1].startedAt : now
        let layer = step.layerTime(layerCount: layerCount, until: stoppedAt)
        let prompts = step.plan.entries.filter(\.isPrefill).compactMap { sequences[$0.attempt] }
        var running = LayerPreemptionScene.Running(
            total: layer * layerCount,
            remaining: layer * (layerCount - step.layers),
            layer: layer,
            prompts: prompts.count
        )
        running.yielded = step.nested + (now - stoppedAt)
        running.preemptions = step.preemptions
        running.urgency = prompts.map(\.assignment.terms.urgency).min() ?? RequestUrgency(.interactive)
        running.slack = prompts.compactMap { slack(of: $0, now: now) }.min()
        return running
    }

    private func prompt(_ attempt: AttemptID, now: Timestamp) -> LayerPreemptionScene.Prompt? {
        guard let sequence = sequences[attempt], !sequence.isStepping,
            sequence.phase == .prefilling || sequence.phase == .waiting
        else { return nil }
        var prompt = LayerPreemptionScene.Prompt(
            attempt: attempt,
            newTokens: max(1, sequence.tokens.count - computedTokens(of: sequence)),
            contextTokens: sequence.tokens.count
        )
        prompt.urgency = sequence.assignment.terms.urgency
        prompt.slack = slack(of: sequence, now: now)
        return prompt
    }

    private func slack(of sequence: WorkSequence, now: Timestamp) -> Duration? {
        sequence.assignment.terms.ttftLimit.map { sequence.arrivedAt + $0 - now }
    }

    private func answers(now: Timestamp) -> LayerPreemptionScene.Answers? {
        let waiting = decoding.compactMap { sequences[$0] }.filter { !$0.isStepping }
        guard !waiting.isEmpty, let step = stepsInProgress.last, step.decodedAt < step.layers else {
            return nil
        }
        var footprint = StepFootprint()
        for sequence in waiting { footprint.addDecode(contextTokens: sequence.computedTokens + 1) }
        let slacks = waiting.compactMap { sequence -> Duration? in
            let since = max(answersServedAt, sequence.tokenAt ?? sequence.arrivedAt)
            return sequence.assignment.terms.tpotLimit.map { since + $0 - now }
        }
        let turn = step.plan.layersPerTurn.map { step.layers - step.decodedAt >= $0 }
        return LayerPreemptionScene.Answers(
            service: currentCost.time(of: footprint),
            slack: slacks.min(),
            isTheirTurn: turn ?? false
        )
    }

    /// The whole rest of a prompt, with blocks if it had none; `nil` when there are none, its prefix is fetched, or less
    /// of it was found than expected.
    private mutating func preemptingEntry(_ attempt: AttemptID, now: Timestamp) -> StepPlan.Entry? {
        if sequences[attempt]?.phase == .waiting { _ = startWaiting(attempt, now: now) }
        guard let sequence = sequences[attempt], sequence.phase == .prefilling,
            sequence.uncomputedTokens <= settings.promptStepTokens
        else { return nil }
        return entry(of: attempt, tokens: sequence.uncomputedTokens)
    }

    /// Numbers a step, marks who takes part and when it began; `nil` for nobody.
    private mutating func begin(
        _ entries: [StepPlan.Entry],
        layersPerTurn: Int? = nil,
        now: Timestamp
    ) -> StepPlan? {
        guard var plan = stepPlan(entries) else { return nil }
        plan.layersPerTurn = layersPerTurn
        let footprint = StepFootprint(plan.entries)
        let predicted = currentCost.time(of: footprint)
        stepsInProgress.append(
            StepInProgress(plan: plan, footprint: footprint, predicted: predicted, startedAt: now)
        )
        return plan
    }

    /// Layers of a step of `prompts` after which `decoding` get a turn; `nil` when the whole step is short enough.
    ///
    /// As much time as the answers' promised time per token leaves, or as a chunk of the usual size would take.
    private func layersPerTurn(_ decoding: [StepPlan.Entry], _ prompts: [StepPlan.Entry]) -> Int? {
        let layerCount = settings.layout.layerCount
        let layer = currentCost.time(of: StepFootprint(prompts)) / layerCount
        guard layer > .zero else { return layerCount > 1 ? 1 : nil }
        let limits = decoding.compactMap { sequences[$0.attempt]?.assignment.terms.tpotLimit }
        var turn = currentCost.time(of: usualChunk(of: prompts))
        if let limit = limits.min() { turn = limit - currentCost.time(of: StepFootprint(decoding)) }
        let layers = max(1, Int(max(0, turn.inSeconds / layer.inSeconds)))
        return layers < layerCount ? layers : nil
    }

    /// What a step would compute if these prompts were cut by tokens.
    private func usualChunk(of prompts: [StepPlan.Entry]) -> StepFootprint {
        var footprint = StepFootprint()
        var room = settings.stepTokens
        for prompt in prompts where room > 0 {
            let count = min(room, prompt.tokens.count)
            // In the middle of the prompt's step, which is what the chunks are like on average.
            let context = prompt.position + (prompt.tokens.count + count) / 2
            footprint.addPrompt(newTokens: count, contextTokens: context)
            room -= count
        }
        return footprint
    }

    /// Whether answers waited for more than half a turn when a layered step ended.
    private func isOwing(_ step: StepInProgress) -> Bool {
        guard let turn = step.plan.layersPerTurn else { return false }
        return 2 * (settings.layout.layerCount - step.decodedAt) > turn
    }
}
