import ServingTypes

/// Decides at a layer boundary whether a running prefill lets others go first.
///
/// A prompt goes first when it would be late after the step and can still be in time, when it is more urgent, or,
/// where nothing was promised, when it is short and the rest of the step takes many times as long as itself. It must
/// win more than the running prompts lose, nobody's deadline may be lost by it, and a step yields only so often and for so
/// long. Source: FlowPrefill (arXiv 2602.16603): preemption between operators, decided by slack on arrival and completion.
public struct LayerPreemptionPolicy: Sendable {
    /// When a step may yield.
    public var settings: LayerPreemptionSettings

    /// A policy with these limits.
    public init(settings: LayerPreemptionSettings) { self.settings = settings }

    /// What the innermost running step does; O(prompts · log prompts).
    public func choose(_ scene: LayerPreemptionScene) -> LayerPreemptionChoice {
        guard let top = scene.running.last, scene.running.count <= settings.maxDepth else {
            return .goOn(.limit)
        }
        if let answers = scene.answers, answers.isTheirTurn { return .decode }
        guard settings.isEnabled, top.prompts > 0 else { return .goOn(.nobodyUrgent) }
        if let answers = scene.answers, areLate(answers, top), allow(answers.service, scene) == nil {
            return .decode
        }
        let urgent = urgentPrompts(scene, top)
        guard !urgent.isEmpty else { return .goOn(.nobodyUrgent) }
        let batch = batch(of: urgent, scene)
        let time = scene.cost.time(of: footprint(batch))
        if let reason = allow(time, scene) { return .goOn(reason) }
        guard pays(batch, time, scene, top) else { return .goOn(.tooDear) }
        return .yield(to: batch.map(\.attempt))
    }

    /// Whether answers keep their time per token only if they need not wait for the next boundary.
    private func areLate(
        _ answers: LayerPreemptionScene.Answers,
        _ top: LayerPreemptionScene.Running
    ) -> Bool {
        guard let slack = answers.slack, top.remaining >= settings.leastGain else { return false }
        return slack < top.layer + answers.service
    }

    // MARK: Who is urgent

    /// Prompts that may go first: by class, then by slack, then in order of arrival.
    private func urgentPrompts(
        _ scene: LayerPreemptionScene,
        _ top: LayerPreemptionScene.Running
    ) -> [LayerPreemptionScene.Prompt] {
        guard top.remaining >= settings.leastGain else { return [] }
        let urgent = scene.prompts.enumerated().filter { isUrgent($0.element, scene, top) }
        return urgent.sorted { left, right in
            let (first, second) = (left.element, right.element)
            if first.urgency != second.urgency { return first.urgency < second.urgency }
            if first.slack != second.slack { return isLess(first.slack, second.slack) }
            return left.offset < right.offset
        }.map(\.element)
    }

    private func isUrgent(
        _ prompt: LayerPreemptionScene.Prompt,
        _ scene: LayerPreemptionScene,
        _ top: LayerPreemptionScene.Running
    ) -> Bool {
        guard prompt.newTokens <= scene.stepTokens, prompt.urgency <= top.urgency else { return false }
        let service = scene.cost.time(of: footprint([prompt]))
        if let slack = prompt.slack {
            if slack >= top.remaining + service { return false }  // It is in time after the step, too.
            if slack >= service { return isLess(slack - service, top.slack.map { $0 - top.remaining }) }
        }
        if prompt.urgency < top.urgency { return true }
        let isShort = prompt.newTokens <= max(scene.cost.kneeTokens, shortTokens(scene.cost))
        return isShort && service.inSeconds * settings.leastRatio <= top.remaining.inSeconds
    }

    /// Where reading the weights costs nothing apart, a fixed length stands for the knee.
    private func shortTokens(_ cost: CostCoefficients) -> Int {
        cost.kneeTokens > 0 ? cost.kneeTokens : settings.shortTokens
    }

    /// Whether one slack is less than another; none is endless.
    private func isLess(_ left: Duration?, _ right: Duration?) -> Bool {
        switch (left, right) {
        case (let left?, let right?): left < right
        case (.some, nil): true
        case (nil, _): false
        }
    }

    // MARK: What it costs

    /// The most urgent prompt, and others that fit beside it without making it wait for much.
    private func batch(
        of urgent: [LayerPreemptionScene.Prompt],
        _ scene: LayerPreemptionScene
    ) -> [LayerPreemptionScene.Prompt] {
        let room = min(scene.stepTokens, max(shortTokens(scene.cost), urgent.first?.newTokens ?? 0))
        var tokens = 0
        return urgent.filter { prompt in
            guard tokens + prompt.newTokens <= room else { return false }
            tokens += prompt.newTokens
            return true
        }
    }

    private func footprint(_ prompts: [LayerPreemptionScene.Prompt]) -> StepFootprint {
        var footprint = StepFootprint()
        for prompt in prompts {
            footprint.addPrompt(newTokens: prompt.newTokens, contextTokens: prompt.contextTokens)
        }
        return footprint
    }

    /// Why the steps in progress may not be delayed by `time`; `nil` when they may.
    private func allow(_ time: Duration, _ scene: LayerPreemptionScene) -> LayerPreemptionChoice.Reason? {
        guard let top = scene.running.last, top.preemptions < settings.maxPreemptions else { return .limit }
        var rest = Duration.zero
        for step in scene.running.reversed() {
            // What a tenant gets beyond its share is delayed as long as others keep within theirs.
            let most = step.urgency.isBeyondShare ? .infinity : step.total.inSeconds * settings.maxYieldShare
            guard (step.yielded + time).inSeconds <= most else { return .limit }
            rest += step.remaining
            if let slack = step.slack, slack >= rest, slack < rest + time { return .ownDeadline }
        }
        return nil
    }

    /// Whether those that wait win more than those that run lose; a more urgent class always does.
    private func pays(
        _ batch: [LayerPreemptionScene.Prompt],
        _ time: Duration,
        _ scene: LayerPreemptionScene,
        _ top: LayerPreemptionScene.Running
    ) -> Bool {
        if batch.contains(where: { $0.urgency < top.urgency }) { return true }
        let losers = scene.running.reduce(0) { $0 + $1.prompts }
        return top.remaining * batch.count > time * losers
    }
}
