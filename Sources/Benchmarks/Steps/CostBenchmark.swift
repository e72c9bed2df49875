internal import ServingTypes
internal import Transport

/// Measures how well a worker predicts the time of its steps, over random mixed batches.
struct CostBenchmark {
    var engine: StepsPlan.Engine
    var warmUp: Int
    var requests: Int
    var inFlight: Int
    var longest: Int
    var stepTokens: Int
    var programs: String?
    var seed: UInt64

    static let kinds = ["prefill", "decode", "mixed"]
    /// Bounds of the metric's buckets that are 20 % off.
    private static let bounds = ("0.8", "1.2")

    func run() throws -> CostReport {
        var plan = StepsPlan(engine: engine)
        plan.stepTokens = stepTokens
        let rig = try StepsRig(plan, programs: programs)
        defer { rig.stop() }
        var random = SplitMix64(seed: seed)
        try serve(rig, count: warmUp, &random)
        let before = try counts(rig)
        try serve(rig, count: requests, &random)
        let after = try counts(rig)
        let page = try rig.metrics()
        let rows = Self.kinds.indices.map { index in
            let (all, near) = (after[index].all - before[index].all, after[index].near - before[index].near)
            let kind = Self.kinds[index]
            return CostReport.Row(
                kind: kind,
                steps: Int(all),
                within20: all > 0 ? near / all : 0,
                bias: page.value("baton_engine_step_bias_ratio{step=\"\(kind)\"}") ?? 0
            )
        }
        return CostReport(rows: rows, prior: rig.registration.cost, fitted: rig.load?.fittedCost)
    }

    /// Keeps a number of prompts in flight that come at random moments.
    private func serve(_ rig: StepsRig, count: Int, _ random: inout SplitMix64) throws {
        let longest = min(longest, rig.registration.contextTokens / 2)
        var open: [AttemptID] = []
        for _ in 0..<count {
            while open.count >= inFlight {
                try rig.listen(until: MonotonicClock.now + .seconds(1))
                open.removeAll { rig.requests[$0]?.isOver ?? true }
            }
            // Even in the logarithm: as many short prompts as long ones.
            let length = min(longest, 8 << random.int(in: 0...10)) * random.int(in: 50...100) / 100
            let tokens = random.int(in: 1...40)
            open.append(try rig.ask(StepsPrompt.make(tokens: max(1, length), &random), tokens: tokens))
        }
        try rig.finish(open)
    }

    private func counts(_ rig: StepsRig) throws -> [(all: Double, near: Double)] {
        let page = try rig.metrics()
        let name = "baton_engine_step_prediction_ratio"
        return Self.kinds.map { kind in
            func bucket(_ bound: String) -> Double {
                page.value("\(name)_bucket{step=\"\(kind)\",le=\"\(bound)\"}") ?? 0
            }
            return (
                page.value("\(name)_count{step=\"\(kind)\"}") ?? 0,
                bucket(Self.bounds.1) - bucket(Self.bounds.0)
            )
        }
    }
}
