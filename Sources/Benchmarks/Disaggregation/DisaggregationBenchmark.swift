internal import Foundation
internal import ServingTypes
internal import Transport

/// Measures what serving with two workers costs beside serving with one, at one request at a time.
///
/// Both clusters run all the time; turns alternate, and who begins a pair of turns does so too. Each prompt
/// is new and goes to both clusters once, so that neither finds a prefix in a cache that the other lacks.
struct DisaggregationBenchmark {
    /// What happened to the lanes before a request.
    enum Condition: String, Codable {
        /// They were used a moment ago.
        case warm
        /// They were closed for want of work: the request pays for a new handshake.
        case lanesClosed = "lanes_closed"
    }

    private static let idleMilliseconds = 300
    /// Twice the time after which idle lanes close.
    private static let pause = 0.6
    private static let warmUpRequests = 4
    /// Turns are repeated when no answer of theirs can be used, up to this many times the pairs that are
    /// wanted.
    private static let repetitionLimit = 3
    /// Prompts are made of the model's words, not of its bytes.
    private static let promptTokens: ClosedRange<TokenID> = 259...1_279

    let options: DisaggregationOptions
    /// Told what is being measured, now and then.
    let progress: (String) -> Void
    private var generator: SplitMix64
    private var droppedCount = 0

    init(options: DisaggregationOptions, progress: @escaping (String) -> Void) {
        self.options = options
        self.progress = progress
        generator = SplitMix64(seed: options.seed)
    }

    /// Takes about a minute and a half per engine.
    mutating func run() throws -> DisaggregationReport {
        // Clients have machines of their own: this one shall not wait for the workers' threads.
        ProcessLatency.prefer()
        var rows: [DisaggregationReport.Row] = []
        for engine in options.engines {
            rows += try measure(engine, .warm, lengths: options.promptTokens)
            let middle = options.promptTokens.sorted()[options.promptTokens.count / 2]
            rows += try measure(engine, .lanesClosed, lengths: [middle])
        }
        return DisaggregationReport(options: options, droppedPrompts: droppedCount, rows: rows)
    }

    private mutating func measure(_ engine: ServingPlan.Engine, _ condition: Condition, lengths: [Int]) throws
        -> [DisaggregationReport.Row]
    {
        progress("\(engine.rawValue): starting both clusters")
        var plan = ServingPlan(
            shape: .single,
            engine: engine,
            threads: options.threads,
            model: options.model
        )
        if condition == .lanesClosed { plan.laneIdleMilliseconds = Self.idleMilliseconds }
        let single = try ServingCluster(plan, programs: options.programs)
        defer { single.stop() }
        plan.shape = .split
        let split = try ServingCluster(plan, programs: options.programs)
        defer { split.stop() }
        for tokens in lengths + Array(repeating: lengths.max() ?? 1, count: Self.warmUpRequests) {
            let prompts = [prompt(tokens)]
            for cluster in [single, split] { _ = try answer(prompts, pause: 0, by: cluster) }
        }
        return try lengths.map { tokens in
            progress("\(engine.rawValue), \(condition.rawValue): \(tokens) tokens, \(options.pairs) pairs")
            let turns = try alternate(tokens, condition, single, split)
            droppedCount += turns.droppedCount
            return DisaggregationReport.Row(engine, condition, promptTokens: tokens, turns)
        }
    }

    private mutating func alternate(
        _ tokens: Int,
        _ condition: Condition,
        _ single: ServingCluster,
        _ split: ServingCluster
    ) throws -> PairedTurns {
        let requests = condition == .warm ? options.requests : 1
        let pause = condition == .warm ? 0 : Self.pause
        var turns = PairedTurns()
        for number in 0..<options.pairs * Self.repetitionLimit where turns.pairs.count < options.pairs {
            let prompts = (0..<requests).map { _ in prompt(tokens) }
            if number.isMultiple(of: 2) {
                let one = try answer(prompts, pause: pause, by: single)
                try turns.add(PairedTurns.Pair(single: one, split: answer(prompts, pause: pause, by: split)))
            } else {
                let two = try answer(prompts, pause: pause, by: split)
                try turns.add(PairedTurns.Pair(single: answer(prompts, pause: pause, by: single), split: two))
            }
        }
        guard turns.pairs.count == options.pairs else {
            throw BenchFailure("of \(turns.droppedCount) answers the first two tokens came together")
        }
        return turns
    }

    private mutating func prompt(_ tokens: Int) -> [TokenID] {
        (0..<tokens).map { _ in TokenID.random(in: Self.promptTokens, using: &generator) }
    }

    private func answer(_ prompts: [[TokenID]], pause: Double, by cluster: ServingCluster) throws
        -> [StreamedAnswer]
    {
        try prompts.map { prompt in
            if pause > 0 { Thread.sleep(forTimeInterval: pause) }
            return try cluster.answer(prompt, tokenCount: options.outputTokens)
        }
    }
}
