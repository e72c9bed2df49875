import ServingTypes

/// Chooses, under the policy in force, which prompts the next step computes and how much of each.
///
/// The caller tells it of prompts that come (``note(_:model:)``), asks (``choose(_:beside:model:now:)``) and reports what
/// it carries out (``commit(_:of:beside:model:now:)``); between the calls it holds no prompt.
struct PrefillScheduler: Hashable, Sendable {
    private(set) var settings: PrefillSettings
    private(set) var stepTokens: Int
    private(set) var lengthAware: LengthAwareScheduler
    /// Until when short prompts wait for company, and since when.
    private(set) var window: Range<Timestamp>?
    /// Waiting windows opened since boot.
    private(set) var windowCount = 0
    /// Steps with prompts since boot, by whose turn it was.
    private(set) var turnCounts: [PromptClass: Int] = [:]
    /// When the step in progress is predicted to end.
    private(set) var stepEnd = Timestamp.zero
    /// When it was last told what comes of a choice.
    private(set) var seenAt = Timestamp.zero

    init(settings: PrefillSettings, stepTokens: Int) {
        precondition(stepTokens > 0, "stepTokens is \(stepTokens)")
        self.settings = settings
        self.stepTokens = stepTokens
        lengthAware = LengthAwareScheduler(settings: settings, stepTokens: stepTokens)
    }

    /// Goes on with other settings; what was seen of arrivals, and whose turn it is, stays.
    mutating func update(settings new: PrefillSettings, stepTokens tokens: Int) {
        precondition(tokens > 0, "stepTokens is \(tokens)")
        (settings, stepTokens) = (new, tokens)
        lengthAware.update(settings: new, stepTokens: tokens)
    }

    /// Notes a prompt that has come.
    mutating func note(_ prompt: PromptCandidate, model: PrefillModel) {
        lengthAware.note(prompt, model: model)
    }

    /// The class of a prompt, under every policy.
    func promptClass(of prompt: PromptCandidate, model: PrefillModel) -> PromptClass {
        lengthAware.promptClass(of: prompt, model: model)
    }

    /// What to compute next; `prompts` are in order of arrival.
    ///
    /// - Complexity: O(prompts · log prompts).
    mutating func choose(
        _ prompts: [PromptCandidate],
        beside company: DecodeCompany,
        model: PrefillModel,
        now: Timestamp
    ) -> PrefillChoice {
        switch settings.policy {
        case .fcfs: return chunked(prompts, beside: company)
        case .fcfsUnchunked:
            guard let first = prompts.first else { return .idle }
            return .run([PrefillChoice.Chunk(index: 0, tokens: first.uncomputed)], turn: nil)
        case .lengthAware:
            lengthAware.update(prompts, model: model, now: now)
            return lengthAware.choose(prompts, beside: company, model: model, now: now)
        }
    }

    /// Notes what comes of a choice: a step, a window, or nothing.
    mutating func commit(
        _ choice: PrefillChoice,
        of prompts: [PromptCandidate],
        beside company: DecodeCompany,
        model: PrefillModel,
        now: Timestamp
    ) {
        var time = company.time(model.cost)
        switch choice {
        case .run(let chunks, let turn):
            window = nil
            var batch = StepBatch(model: model)
            for chunk in chunks { batch.add(chunk.tokens, of: prompts[chunk.index], at: chunk.index) }
            time += batch.time
            if let turn {
                lengthAware.commit(turn, time: time, now: now)
                turnCounts[turn, default: 0] += 1
            }
        case .wait(let until):
            if window == nil { windowCount += 1 }
            window = min(window?.lowerBound ?? now, until)..<until
        case .idle: window = nil
        }
        stepEnd = now + time
        seenAt = now
    }

    /// Tokens in order of arrival, up to the budget that answers leave.
    ///
    /// Answers get their tokens first, so that prompts cannot stall them. Source: SARATHI-Serve (OSDI 2024), stall-free
    /// batching.
    private func chunked(_ prompts: [PromptCandidate], beside company: DecodeCompany) -> PrefillChoice {
        var budget = max(stepTokens - company.count, company.count == 0 ? 1 : 0)
        var chunks: [PrefillChoice.Chunk] = []
        for (index, prompt) in prompts.enumerated() where budget > 0 {
            let tokens = min(prompt.uncomputed, budget)
            budget -= tokens
            chunks.append(PrefillChoice.Chunk(index: index, tokens: tokens))
        }
        return chunks.isEmpty ? .idle : .run(chunks, turn: nil)
    }
}
