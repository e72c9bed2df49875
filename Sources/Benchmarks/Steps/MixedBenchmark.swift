internal import ServingTypes
internal import Transport

/// Measures running answers and a long prompt on one worker, chunked and layered.
struct MixedBenchmark {
    var engine: StepsPlan.Engine
    var longTokens: Int
    var answers: Int
    var rounds: Int
    var stepTokens: Int
    var layeredTokens: Int
    var programs: String?
    var seed: UInt64

    func run() throws -> [PreemptReport.Mixed] {
        try ["chunked", "layered"].map { mode in
            var plan = StepsPlan(engine: engine)
            plan.stepTokens = stepTokens
            plan.scheduler = ["mixed: \(mode)", "layered_tokens: \(layeredTokens)"]
            let rig = try StepsRig(plan, programs: programs)
            defer { rig.stop() }
            return try measure(rig, mode)
        }
    }

    private func measure(_ rig: StepsRig, _ mode: String) throws -> PreemptReport.Mixed {
        var random = SplitMix64(seed: seed)
        var (firsts, gaps, rates) = ([Double](), [Double](), [Double]())
        for _ in 0..<rounds {
            let running = try (0..<answers).map { _ in
                try rig.ask(StepsPrompt.make(tokens: random.int(in: 100...400), &random), tokens: 400)
            }
            while running.contains(where: { (rig.requests[$0]?.tokenTimes.count ?? 0) < 20 }) {
                try rig.listen(until: MonotonicClock.now + .seconds(1))
            }
            let start = MonotonicClock.now
            let long = try rig.ask(StepsPrompt.make(tokens: longTokens, &random), tokens: 1)
            try rig.finish([long])
            guard let ttft = rig.requests[long]?.ttft else { continue }
            firsts.append(ttft.milliseconds)
            var tokens = 0
            for attempt in running {
                let times = (rig.requests[attempt]?.tokenTimes ?? []).filter {
                    $0 >= start && $0 <= start + ttft
                }
                gaps += zip(times, times.dropFirst()).map { ($1 - $0).milliseconds }
                tokens += times.count
            }
            rates.append(Double(tokens) / ttft.inSeconds)
            try rig.finish(running)
        }
        return PreemptReport.Mixed(
            mode: mode,
            longTokens: longTokens,
            answers: answers,
            stepTokens: stepTokens,
            layeredTokens: layeredTokens,
            longTTFT: Distribution(firsts).median,
            gapMedian: gaps.isEmpty ? 0 : Distribution(gaps).median,
            gapP99: gaps.isEmpty ? 0 : Distribution(gaps).quantile(0.99),
            tokensPerSecond: Distribution(rates).median
        )
    }
}
