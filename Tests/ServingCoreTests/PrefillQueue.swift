import ServingTypes

@testable import ServingCore

/// One engine and its prompts in simulated time: the cost model is the service time.
struct PrefillQueue {
    /// One prompt.
    struct Job: Equatable {
        var prompt: PromptCandidate
        /// When it took part in a step for the first time, and when its last token was computed.
        var startedAt: Timestamp?
        var doneAt: Timestamp?

        init(tokens: Int, at time: Timestamp, priority: RequestPriority = .interactive) {
            prompt = PromptCandidate(urgency: RequestUrgency(priority), arrivedAt: time, uncomputed: tokens)
        }

        var tokens: Int { prompt.computed + prompt.uncomputed }
        var wait: Duration { (doneAt ?? prompt.arrivedAt) - prompt.arrivedAt }
    }

    /// One engine step.
    struct Step: Equatable {
        var start: Timestamp
        var end: Timestamp
        var tokens: Int
        var prompts: Int
        var turn: PromptClass?
        /// Classes that had something to compute when it was chosen.
        var waiting: Set<PromptClass>
    }

    /// What came of it.
    struct Outcome: Equatable {
        var jobs: [Job]
        var steps: [Step] = []
        /// Longest time for which the engine stood still though a prompt was there.
        var longestIdle = Duration.zero
        var endedAt = Timestamp.zero

        func meanWait(_ isIncluded: (Job) -> Bool) -> Double {
            let waits = jobs.filter(isIncluded).map(\.wait.milliseconds)
            return waits.reduce(0, +) / Double(max(1, waits.count))
        }

        func quantile(_ share: Double, _ isIncluded: (Job) -> Bool) -> Double {
            let waits = jobs.filter(isIncluded).map(\.wait.milliseconds).sorted()
            return waits.isEmpty ? 0 : waits[min(waits.count - 1, Int(share * Double(waits.count)))]
        }
    }

    /// `configs/profiles/h100-llama3-8b.yaml`.
    static let h100: CostCoefficients = {
        var cost = CostCoefficients()
        (cost.a, cost.m, cost.b, cost.d) = (0.0030, 0.0064, 2.82e-5, 1.77e-9)
        (cost.e, cost.f, cost.g) = (0.0079, 2.0e-5, 5.22e-8)
        return cost
    }()

    /// Every twentieth of the prompt lengths of the Azure code trace of 2023.
    private static let azureLengths = [
        3, 75, 147, 232, 385, 578, 770, 938, 1_075, 1_261, 1_469, 1_690, 1_909, 2_164, 2_433, 2_745, 3_193,
        3_923, 5_194, 7_315, 7_437,
    ]

    static func azureLength(_ random: inout SplitMix64) -> Int {
        let part = random.int(in: 0...azureLengths.count - 2)
        return random.int(in: azureLengths[part]...azureLengths[part + 1])
    }

    /// Poisson arrivals, at a 64th of the mean gap.
    static func jobs(
        _ count: Int,
        perSecond rate: Double,
        _ random: inout SplitMix64,
        length: (inout SplitMix64) -> Int
    ) -> [Job] {
        var time = Timestamp.zero
        return (0..<count).map { _ in
            var ticks = 1
            while random.int(in: 0...63) > 0 { ticks += 1 }
            time = time + .fromSeconds(Double(ticks) / 64 / rate)
            return Job(tokens: length(&random), at: time)
        }
    }

    let model: PrefillModel
    var scheduler: PrefillScheduler
    private var outcome: Outcome
    private var active: [Int] = []
    private var next = 0
    private var now = Timestamp.zero

    /// Computes all of `jobs`, which are in order of arrival.
    static func run(
        _ jobs: [Job],
        _ settings: PrefillSettings,
        stepTokens: Int,
        cost: CostCoefficients = h100
    ) -> Outcome {
        var queue = PrefillQueue(jobs, settings, stepTokens: stepTokens, cost: cost)
        while queue.advance() {}
        queue.outcome.endedAt = queue.now
        return queue.outcome
    }

    private init(_ jobs: [Job], _ settings: PrefillSettings, stepTokens: Int, cost: CostCoefficients) {
        outcome = Outcome(jobs: jobs)
        model = PrefillModel(cost: cost)
        scheduler = PrefillScheduler(settings: settings, stepTokens: stepTokens)
    }

    private mutating func advance() -> Bool {
        while next < outcome.jobs.count, outcome.jobs[next].prompt.arrivedAt <= now {
            scheduler.note(outcome.jobs[next].prompt, model: model)
            active.append(next)
            next += 1
        }
        let arrival = next < outcome.jobs.count ? outcome.jobs[next].prompt.arrivedAt : nil
        guard !active.isEmpty else {
            now = arrival ?? now
            return arrival != nil
        }
        let prompts = active.map { outcome.jobs[$0].prompt }
        let choice = scheduler.choose(prompts, beside: DecodeCompany(), model: model, now: now)
        scheduler.commit(choice, of: prompts, beside: DecodeCompany(), model: model, now: now)
        switch choice {
        case .run(let chunks, let turn): step(chunks, turn, prompts)
        case .wait(let until):
            let start = now
            now = min(until, arrival ?? until)
            let oldest = prompts.map(\.arrivedAt).min() ?? start
            outcome.longestIdle = max(outcome.longestIdle, now - oldest)
        case .idle: preconditionFailure("\(prompts.count) prompts and nothing to do at \(now)")
        }
        return true
    }

    private mutating func step(
        _ chunks: [PrefillChoice.Chunk],
        _ turn: PromptClass?,
        _ prompts: [PromptCandidate]
    ) {
        var batch = StepBatch(model: model)
        let end = scheduler.stepEnd
        for chunk in chunks {
            let job = active[chunk.index]
            batch.add(chunk.tokens, of: prompts[chunk.index], at: chunk.index)
            let promptClass = scheduler.promptClass(of: prompts[chunk.index], model: model)
            outcome.jobs[job].prompt.begunAs = promptClass
            if outcome.jobs[job].startedAt == nil { outcome.jobs[job].startedAt = now }
            outcome.jobs[job].prompt.computed += chunk.tokens
            outcome.jobs[job].prompt.uncomputed -= chunk.tokens
            if outcome.jobs[job].prompt.uncomputed == 0 { outcome.jobs[job].doneAt = end }
        }
        let waiting = Set(prompts.map { scheduler.promptClass(of: $0, model: model) })
        outcome.steps.append(
            Step(
                start: now,
                end: end,
                tokens: batch.tokens,
                prompts: chunks.count,
                turn: turn,
                waiting: waiting
            )
        )
        active.removeAll { outcome.jobs[$0].prompt.uncomputed <= 0 }
        now = end
    }
}
