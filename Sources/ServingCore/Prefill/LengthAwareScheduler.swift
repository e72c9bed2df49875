import ServingTypes

/// Lets short and long prompts take turns; batches short ones up to the knee, cuts long ones by time.
///
/// - Short prompts cost a step's floor each, and one floor together: a batch takes as many as fit the knee, or more
///   when many wait. An idle worker may wait for company (``WaitingWindow``).
/// - Long prompts are computed one after another in chunks that hold the engine for a bounded time, so that short ones
///   get in between; chunks of a prompt are even, so that none is left too small to be worth a step.
/// - Urgent prompts first; less urgent ones take what is free in the step.
///
/// Source: LAPS (arXiv 2601.11589) for the queues, the boundary and the window; Prepacking (arXiv 2404.09529) for
/// batches without padding; SARATHI-Serve (OSDI 2024) for chunks beside decoding sequences.
struct LengthAwareScheduler: Hashable, Sendable {
    private(set) var settings: PrefillSettings
    /// Most new tokens of a step beside answers, or while no cost is known.
    private(set) var stepTokens: Int
    private(set) var turns: ClassTurns
    private(set) var arrivals = ArrivalMeter()
    private(set) var buckets = LengthBuckets()
    /// When prompts last took part in a step.
    private(set) var lastStepAt: Timestamp?
    private var order: PromptOrder
    private var window: WaitingWindow

    init(settings: PrefillSettings, stepTokens: Int) {
        self.settings = settings
        self.stepTokens = stepTokens
        turns = ClassTurns(shortShare: settings.shortShare, bound: settings.maxStarvation)
        order = PromptOrder(settings)
        window = WaitingWindow(settings)
    }

    /// Goes on with other settings; whose turn it is, and what was seen of arrivals, stays.
    mutating func update(settings new: PrefillSettings, stepTokens tokens: Int) {
        (settings, stepTokens) = (new, tokens)
        turns.shortShare = new.shortShare
        turns.bound = new.maxStarvation
        order = PromptOrder(new)
        window = WaitingWindow(new)
    }

    /// Prompts with fewer tokens to compute are short.
    func boundary(_ model: PrefillModel) -> Int { settings.boundary(model) }

    /// The class of a prompt.
    func promptClass(of prompt: PromptCandidate, model: PrefillModel) -> PromptClass {
        prompt.begunAs ?? (prompt.uncomputed < boundary(model) ? .short : .long)
    }

    /// Notes a prompt that has come.
    mutating func note(_ prompt: PromptCandidate, model: PrefillModel) {
        guard promptClass(of: prompt, model: model) == .short else { return }
        arrivals.note(prompt.arrivedAt)
        buckets.note(prompt.uncomputed)
    }

    /// Notes which classes wait; to be called before ``choose(_:beside:model:now:)``.
    mutating func update(_ prompts: [PromptCandidate], model: PrefillModel, now: Timestamp) {
        let classes = prompts.map { promptClass(of: $0, model: model) }
        turns.update(hasShort: classes.contains(.short), hasLong: classes.contains(.long), now: now)
    }

    /// Notes that a choice is carried out.
    mutating func commit(_ turn: PromptClass, time: Duration, now: Timestamp) {
        turns.charge(turn, time, now: now)
        lastStepAt = now + time
    }

    /// What to compute next; the same for the same prompts, whatever their order where nothing ties.
    func choose(
        _ prompts: [PromptCandidate],
        beside company: DecodeCompany,
        model: PrefillModel,
        now: Timestamp
    ) -> PrefillChoice {
        let queue = ranked(prompts, model: model, now: now)
        guard let first = queue.first else { return .idle }
        let budget = StepBudget(
            settings: settings,
            stepTokens: stepTokens,
            company: company,
            model: model,
            knee: boundary(model)
        )
        guard !budget.mustPause(since: lastStepAt, now: now) else { return .idle }
        let urgent = queue.prefix { $0.urgency == first.urgency }
        let hasShort = urgent.contains { $0.promptClass == .short }
        let hasLong = urgent.contains { $0.promptClass == .long }
        let turn = hasShort && hasLong ? turns.next(now: now) : hasShort ? PromptClass.short : .long
        if company.count == 0, !queue.contains(where: { $0.promptClass == .long }) {
            let inputs = windowInputs(queue.map(\.prompt), model: model, now: now)
            if let end = window.end(inputs, now: now) { return .wait(until: end) }
        }
        var batch = StepBatch(model: model)
        fill(&batch, with: queue, turn: turn, budget)
        if company.count > 0 { fill(&batch, with: queue, turn: turn.other, budget) }
        return batch.chunks.isEmpty ? .idle : .run(batch.chunks, turn: turn)
    }

    /// A prompt with what its place depends on.
    struct Ranked {
        var index: Int
        var prompt: PromptCandidate
        var promptClass: PromptClass
        var urgency: RequestUrgency
        var startLimit: Timestamp
    }

    private func ranked(_ prompts: [PromptCandidate], model: PrefillModel, now: Timestamp) -> [Ranked] {
        let ranked = prompts.enumerated().map { index, prompt in
            Ranked(
                index: index,
                prompt: prompt,
                promptClass: promptClass(of: prompt, model: model),
                urgency: order.urgency(of: prompt, now: now),
                startLimit: order.startLimit(of: prompt, model: model)
            )
        }
        return ranked.sorted { left, right in
            (left.urgency, right.prompt.preemptions, left.startLimit, left.prompt.arrivedAt, left.index)
                < (
                    right.urgency, left.prompt.preemptions, right.startLimit, right.prompt.arrivedAt,
                    right.index
                )
        }
    }

    private func windowInputs(
        _ prompts: [PromptCandidate],
        model: PrefillModel,
        now: Timestamp
    ) -> WaitingWindow.Inputs {
        WaitingWindow.Inputs(
            depth: prompts.count,
            tokens: prompts.reduce(0) { $0 + $1.uncomputed },
            kneeTokens: boundary(model),
            meanTokens: buckets.meanTokens,
            rate: arrivals.rate(now: now),
            stepFloor: model.stepFloor,
            slack: prompts.compactMap { prompt in
                prompt.dueAt.map { $0 - now - model.serviceTime(prompt) }
            }.min(),
            oldestArrival: prompts.map(\.arrivedAt).min() ?? now
        )
    }
}

extension LengthAwareScheduler {
    private func fill(
        _ batch: inout StepBatch,
        with queue: [Ranked],
        turn: PromptClass,
        _ budget: StepBudget
    ) {
        let own = queue.filter { $0.promptClass == turn }
        guard let head = own.first else { return }
        switch turn {
        case .short: fillShort(&batch, own, head: head, budget)
        case .long: fillLong(&batch, own, head: head, budget)
        }
    }

    /// The head and others of its bucket, then of other buckets, as long as they cost little or many wait.
    private func fillShort(_ batch: inout StepBatch, _ own: [Ranked], head: Ranked, _ budget: StepBudget) {
        let bucket = buckets.bucket(of: head.prompt.uncomputed)
        let urgent = own.prefix { $0.urgency == head.urgency }
        let alike = urgent.filter { buckets.bucket(of: $0.prompt.uncomputed) == bucket }
        let others = urgent.filter { buckets.bucket(of: $0.prompt.uncomputed) != bucket }
        let target = budget.shortTokens(waiting: urgent.reduce(0) { $0 + $1.prompt.uncomputed })
        addHead(head, to: &batch, tokens: target, budget)
        for entry in alike.dropFirst() + others { addWhole(entry, to: &batch, tokens: target, budget) }
        // What is less urgent rides along only where it costs the others nothing.
        let free = min(target, budget.knee)
        for entry in own.dropFirst(urgent.count) { addWhole(entry, to: &batch, tokens: free, budget) }
    }

    /// An even share of the head, then of those behind it while the step is below the knee.
    private func fillLong(_ batch: inout StepBatch, _ own: [Ranked], head: Ranked, _ budget: StepBudget) {
        addHead(head, to: &batch, tokens: budget.tokens, budget)
        for entry in own.dropFirst() {
            let isFree = !budget.isBeside || entry.urgency != head.urgency
            let limit = isFree ? min(budget.tokens, budget.knee) : budget.tokens
            let room = batch.room(for: entry.prompt, tokens: limit, time: budget.time)
            guard room > 0 else { break }
            batch.add(room, of: entry.prompt, at: entry.index)
        }
    }

    /// The head of a turn gets a knee's worth of tokens whatever the limit of time says.
    private func addHead(
        _ head: Ranked,
        to batch: inout StepBatch,
        tokens limit: Int,
        _ budget: StepBudget
    ) {
        var room = batch.room(for: head.prompt, tokens: limit, time: budget.time)
        if batch.chunks.isEmpty { room = max(room, budget.least(head.prompt)) }
        guard room > 0 else { return }
        batch.add(budget.isBeside ? room : even(room, of: head.prompt), of: head.prompt, at: head.index)
    }

    /// A short prompt is computed at once or not at all.
    private func addWhole(
        _ entry: Ranked,
        to batch: inout StepBatch,
        tokens limit: Int,
        _ budget: StepBudget
    ) {
        let room = batch.room(for: entry.prompt, tokens: limit, time: budget.time)
        if room == entry.prompt.uncomputed { batch.add(room, of: entry.prompt, at: entry.index) }
    }

    /// The largest chunk below `room` that leaves no small rest.
    private func even(_ room: Int, of prompt: PromptCandidate) -> Int {
        let steps = (prompt.uncomputed + room - 1) / room
        return (prompt.uncomputed + steps - 1) / steps
    }
}

extension PromptOrder {
    fileprivate init(_ settings: PrefillSettings) {
        self.init(
            batchPatience: settings.batchPatience,
            bestEffortPatience: settings.bestEffortPatience
        )
    }
}

extension WaitingWindow {
    fileprivate init(_ settings: PrefillSettings) {
        self.init(
            minimum: settings.minWindow,
            maximum: settings.maxWindow,
            slackMargin: settings.slackMargin
        )
    }
}

extension PromptClass {
    /// The other one.
    var other: PromptClass { self == .short ? .long : .short }
}
