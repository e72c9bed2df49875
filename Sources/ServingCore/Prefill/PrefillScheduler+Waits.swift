import ServingTypes

extension PrefillScheduler {
    /// How long prompts that come now would wait before their first step, as far as it can be predicted.
    ///
    /// What may still come and overtake is not known and not counted. Zero while no cost is known.
    func waits(
        behind prompts: [PromptCandidate],
        beside company: DecodeCompany,
        model: PrefillModel,
        now: Timestamp
    ) -> PromptWaits {
        guard model.isKnown else { return PromptWaits() }
        let rest = max(.zero, stepEnd - now)
        let decodeTime = company.time(model.cost)
        switch settings.policy {
        case .fcfs:
            let budget = max(1, stepTokens - company.count)
            let all = rest + time(of: prompts, stepTokens: budget, decodeTime: decodeTime, model)
            return PromptWaits(short: all, long: all)
        case .fcfsUnchunked:
            let all = prompts.reduce(rest) { $0 + model.serviceTime($1) + decodeTime }
            return PromptWaits(short: all, long: all)
        case .lengthAware:
            let short = prompts.filter { promptClass(of: $0, model: model) == .short }
            let long = prompts.filter { promptClass(of: $0, model: model) == .long }
            let knee = settings.boundary(model)
            let hold = company.count > 0 ? stepTokens : holdTokens(model)
            let shortTime = time(of: short, stepTokens: knee, decodeTime: decodeTime, model)
            let longTime = time(of: long, stepTokens: hold, decodeTime: decodeTime, model)
            return PromptWaits(short: rest + shortTime, long: rest + shortTime + longTime)
        }
    }

    /// Most tokens of a step without answers; 0 when prompts are not cut.
    func holdTokens(_ model: PrefillModel) -> Int {
        switch settings.policy {
        case .fcfs: return stepTokens
        case .fcfsUnchunked: return 0
        case .lengthAware:
            guard model.isKnown else { return stepTokens }
            let fitting = model.tokens(within: settings.maxHold, besides: 0, pairs: 0, computed: 0)
            return max(settings.boundary(model), fitting)
        }
    }

    /// The time of prompts laid end to end in steps of so many tokens.
    private func time(
        of prompts: [PromptCandidate],
        stepTokens: Int,
        decodeTime: Duration,
        _ model: PrefillModel
    ) -> Duration {
        let tokens = prompts.reduce(0) { $0 + $1.uncomputed }
        guard tokens > 0 else { return .zero }
        let pairs = prompts.reduce(0) {
            $0 + PrefillModel.pairs(tokens: $1.uncomputed, computed: $1.computed)
        }
        let steps = (tokens + stepTokens - 1) / stepTokens
        let matrix = max(model.cost.m * Double(steps), model.cost.b * Double(tokens))
        let prefill = Duration.fromSeconds(model.cost.a * Double(steps) + matrix + model.cost.d * pairs)
        return prefill + decodeTime * steps
    }
}
