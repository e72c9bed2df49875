internal import ServingTypes
internal import Transport

/// Measures how soon a short prompt starts while a long one is computed, and what the long one loses.
struct PreemptBenchmark {
    var engine: StepsPlan.Engine
    var longTokens: Int
    var urgentTokens: Int
    var urgentCount: Int
    var rounds: Int
    var layerCount: Int
    var programs: String?
    var seed: UInt64

    /// Each round measures the long prompt alone, the short one alone, and both together.
    func run() throws -> [PreemptReport.Row] {
        try [true, false].map { isOn in
            var plan = StepsPlan(engine: engine)
            plan.scheduler = ["layer_preemption: \(isOn)", "max_yield_share: 1"]
            let rig = try StepsRig(plan, programs: programs)
            defer { rig.stop() }
            return try measure(rig, isOn: isOn)
        }
    }

    private func measure(_ rig: StepsRig, isOn: Bool) throws -> PreemptReport.Row {
        var random = SplitMix64(seed: seed)
        let long = min(longTokens, rig.registration.contextTokens - 2)
        _ = try time(rig, long, &random)  // The first run touches its memory for the first time.
        var samples = Samples()
        for _ in 0..<rounds {
            let alone = try time(rig, long, &random)
            let short = try time(rig, urgentTokens, &random)
            try together(rig, long: long, alone: alone, short: short, &random, &samples)
        }
        let layer = Distribution(samples.alone).median / Double(layerCount)
        return PreemptReport.Row(
            preemption: isOn,
            longTokens: long,
            urgentTokens: urgentTokens,
            rounds: rounds,
            layerMilliseconds: layer,
            longAlone: Distribution(samples.alone).median,
            urgentAlone: Distribution(samples.short).median,
            startDelay: Distribution(samples.delays).median,
            startDelayMaximum: Distribution(samples.delays).quantile(1),
            startsWithinLayer: Distribution(samples.delays).quantile(0.95) <= layer + 1,
            delayShare: Distribution(samples.delayShares).median,
            lossShare: Distribution(samples.lossShares).median,
            preemptions: try rig.metrics().value("baton_layer_preemptions_total") ?? 0
        )
    }

    /// All in milliseconds but the shares.
    private struct Samples {
        var alone: [Double] = []
        var short: [Double] = []
        /// From assignment of a short prompt to its start.
        var delays: [Double] = []
        /// By how much the long prompt is later, per short one.
        var delayShares: [Double] = []
        /// The same without what the short ones take by themselves.
        var lossShares: [Double] = []
    }

    private func together(
        _ rig: StepsRig,
        long: Int,
        alone: Double,
        short: Double,
        _ random: inout SplitMix64,
        _ samples: inout Samples
    ) throws {
        let start = MonotonicClock.now
        let whole = try rig.ask(StepsPrompt.make(tokens: long, &random), tokens: 1)
        var attempts: [AttemptID] = []
        for index in 0..<urgentCount {
            // At a random moment of its share of the first 80 %, so that each meets another place of a layer.
            let turn = (Double(index) + Double(random.int(in: 100...900)) / 1_000) / Double(urgentCount)
            let moment = start + Duration.fromSeconds(alone / 1e3 * 0.8 * turn)
            while MonotonicClock.now < moment { try rig.listen(until: moment) }
            attempts.append(try rig.ask(StepsPrompt.make(tokens: urgentTokens, &random), tokens: 1))
        }
        try rig.finish(attempts + [whole])
        guard let delayed = rig.requests[whole]?.ttft?.milliseconds else { return }
        samples.alone.append(alone)
        samples.short.append(short)
        samples.delays += attempts.compactMap { rig.requests[$0]?.ttft.map { $0.milliseconds - short } }
        let count = Double(urgentCount)
        samples.delayShares.append((delayed - alone) / alone / count)
        samples.lossShares.append((delayed - alone - count * short) / alone / count)
    }

    /// Milliseconds to the first token of a prompt alone.
    private func time(_ rig: StepsRig, _ tokens: Int, _ random: inout SplitMix64) throws -> Double {
        let attempt = try rig.ask(StepsPrompt.make(tokens: tokens, &random), tokens: 1)
        try rig.finish([attempt])
        return rig.requests[attempt]?.ttft?.milliseconds ?? 0
    }
}
