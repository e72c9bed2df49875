import ServingTypes

/// How many tokens of prompts a step may take, and for how long it may hold the engine.
struct StepBudget: Hashable, Sendable {
    /// Most tokens.
    let tokens: Int
    /// Most time of the prompts' part; `nil` when time cannot be predicted.
    let time: Duration?
    /// Tokens that cost no more than one.
    let knee: Int
    /// Whether answers take part.
    let isBeside: Bool
    private let model: PrefillModel
    /// The answers' part of a step, and what their tightest limit leaves of it.
    private let decodeTime: Duration
    private let decodeSlack: Duration?
    private let bound: Duration

    init(
        settings: PrefillSettings,
        stepTokens: Int,
        company: DecodeCompany,
        model: PrefillModel,
        knee: Int
    ) {
        self.model = model
        self.knee = knee
        isBeside = company.count > 0
        bound = settings.maxStarvation
        let decodeTime = company.time(model.cost)
        self.decodeTime = decodeTime
        decodeSlack = company.tpotLimit.map { $0 - decodeTime }
        let beside = max(0, stepTokens - company.count)
        tokens = isBeside || !model.isKnown ? beside : .max
        guard model.isKnown else {
            time = nil
            return
        }
        time = isBeside ? decodeSlack.map { max($0, .zero) } : settings.maxHold
    }

    /// Tokens that a prompt gets in any case when its turn comes: a knee's worth, which a smaller step would not be
    /// much faster than.
    func least(_ prompt: PromptCandidate) -> Int { min(prompt.uncomputed, max(1, knee), tokens) }

    /// Whether prompts sit out this step, so that the mean time per token of the answers keeps its limit.
    ///
    /// A knee's worth takes longer than the limit leaves of one step; over enough steps there is room for it.
    func mustPause(since lastStep: Timestamp?, now: Timestamp) -> Bool {
        guard model.isKnown, let slack = decodeSlack, let lastStep else { return false }
        let least = model.stepTime(tokens: knee, pairs: 0)
        guard least > slack else { return false }
        guard slack > .zero else { return now - lastStep < bound }
        let steps = (least.inSeconds / slack.inSeconds).rounded(.up)
        return now - lastStep < min(bound, decodeTime * Int(min(steps, 1e6)))
    }

    /// Most tokens of a batch of short prompts.
    ///
    /// Batches of `x` tokens let `waiting` tokens end after `a·waiting/x + b·waiting` and make the mean wait for half
    /// of that and half a batch: the sum is least at `√(a·waiting/b)`. Below the knee nothing is gained.
    func shortTokens(waiting: Int) -> Int {
        guard model.isKnown else { return tokens }
        let best = (model.cost.a * Double(waiting) / model.cost.b).squareRoot()
        return min(tokens, max(knee, Int(min(best, 1e9))))
    }
}
