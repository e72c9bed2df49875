import ServingTypes

@testable import ServingCore

/// A machine with known coefficients whose steps the tests time, with noise.
struct CostFitWorld {
    var truth: CostCoefficients
    /// Largest relative error of a measurement, uniform on both sides.
    var noise = 0.05
    var random: SplitMix64

    init(truth: CostCoefficients, seed: UInt64) {
        self.truth = truth
        random = SplitMix64(seed: seed)
    }

    /// Llama 3.1 8B on one H100, as in the profile of that name.
    static let h100: CostCoefficients = {
        var cost = CostCoefficients()
        (cost.a, cost.m, cost.b, cost.d) = (0.003, 0.0064, 2.82e-5, 1.77e-9)
        (cost.e, cost.f, cost.g) = (0.0079, 2e-5, 5.22e-8)
        return cost
    }()

    /// Every coefficient times its own factor from 1/`spread` to `spread`.
    mutating func disturbed(_ cost: CostCoefficients, by spread: Double) -> CostCoefficients {
        let steps = cost.vector.map { value in
            let turn = fraction() * 2 - 1
            return value * (turn >= 0 ? 1 + turn * (spread - 1) : 1 / (1 - turn * (spread - 1)))
        }
        return CostCoefficients(vector: steps)
    }

    mutating func fraction() -> Double { Double(random.next() >> 11) / Double(1 << 53) }

    /// A prompt's chunk of 1 to 2,048 tokens behind up to 16,384 others; lengths are spread evenly in their logarithm.
    mutating func prefill() -> StepFootprint {
        var step = StepFootprint()
        for _ in 0..<random.int(in: 1...3) {
            let new = 1 << random.int(in: 1...11)
            let behind = random.int(in: 0...1) == 0 ? 0 : random.int(in: 0...16_384)
            step.addPrompt(newTokens: new, contextTokens: behind + new)
        }
        return step
    }

    /// One token for each of 1 to 64 answers of 100 to 8,000 tokens.
    mutating func decode() -> StepFootprint {
        var step = StepFootprint()
        for _ in 0..<(1 << random.int(in: 0...6)) {
            step.addDecode(contextTokens: random.int(in: 100...8_000))
        }
        return step
    }

    mutating func mixed() -> StepFootprint {
        var step = prefill()
        let answers = decode()
        (step.decodeCount, step.decodeContext) = (answers.decodeCount, answers.decodeContext)
        return step
    }

    mutating func any() -> StepFootprint {
        switch random.int(in: 0...2) {
        case 0: prefill()
        case 1: decode()
        default: mixed()
        }
    }

    /// What a step takes here and now.
    mutating func time(_ step: StepFootprint) -> Duration {
        .fromSeconds(truth.seconds(of: step) * (1 + noise * (2 * fraction() - 1)))
    }

    /// Share of steps whose time the coefficients predict within `tolerance`.
    mutating func share(
        within tolerance: Double,
        _ cost: CostCoefficients,
        count: Int = 300,
        _ draw: (inout Self) -> StepFootprint = { $0.any() }
    ) -> Double {
        var hits = 0
        for _ in 0..<count {
            let step = draw(&self)
            let right = truth.seconds(of: step)
            if abs(cost.seconds(of: step) - right) <= tolerance * right { hits += 1 }
        }
        return Double(hits) / Double(count)
    }
}
