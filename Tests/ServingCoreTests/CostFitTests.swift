import ServingTypes
import Testing

@testable import ServingCore

/// What a worker learns of its own speed.
@Suite struct CostFitTests {
    @Test(arguments: UInt64(1)...20)
    func aWrongPriorIsCorrectedByNoisySteps(seed: UInt64) {
        var world = CostFitWorld(truth: CostFitWorld.h100, seed: seed)
        var fit = CostFit(prior: world.disturbed(CostFitWorld.h100, by: 3))
        let before = world.share(within: 0.1, fit.current)
        for _ in 0..<600 {
            let step = world.any()
            fit.learn(step, took: world.time(step))
            expectSane(fit, seed)
        }
        let after = world.share(within: 0.1, fit.current)
        #expect(after >= 0.9 && after >= before, "seed \(seed): \(before) → \(after), \(fit.current)")
        // What makes up most of a step's time is found itself, not only the sum.
        let cost = fit.current
        let truth = CostFitWorld.h100
        #expect(abs(cost.b / truth.b - 1) < 0.15, "seed \(seed): b is \(cost.b)")
        #expect(abs(cost.e / truth.e - 1) < 0.25, "seed \(seed): e is \(cost.e)")
        #expect(abs(cost.d / truth.d - 1) < 0.25, "seed \(seed): d is \(cost.d)")
    }

    @Test(arguments: UInt64(1)...10)
    func nothingKnownIsNoObstacle(seed: UInt64) {
        var world = CostFitWorld(truth: CostFitWorld.h100, seed: seed)
        world.truth.m = 0  // Without a prior, prefill is taken for a straight line.
        var fit = CostFit(prior: CostCoefficients())
        for _ in 0..<600 {
            let step = world.any()
            fit.learn(step, took: world.time(step))
            expectSane(fit, seed)
        }
        let share = world.share(within: 0.2, fit.current)
        #expect(share >= 0.9, "seed \(seed): \(share), \(fit.current)")
    }

    @Test(arguments: UInt64(1)...10)
    func equalBatchesTeachTheirOwnTimeAndNothingElse(seed: UInt64) {
        var world = CostFitWorld(truth: CostFitWorld.h100, seed: seed)
        var prior = CostFitWorld.h100
        prior.b *= 2
        prior.a *= 2
        var fit = CostFit(prior: prior)
        var step = StepFootprint()
        step.addPrompt(newTokens: 512, contextTokens: 512)
        for _ in 0..<5_000 {
            fit.learn(step, took: world.time(step))
            expectSane(fit, seed)
        }
        let right = world.truth.seconds(of: step)
        #expect(abs(fit.current.seconds(of: step) / right - 1) < 0.05, "seed \(seed)")
        let (now, then) = (fit.current, prior)
        #expect(now.e == then.e && now.f == then.f && now.g == then.g, "decode was never seen")
        #expect(now.m == then.m, "the flat part was never seen")
        // 512 tokens at once say little about 128 and 2,048: both stay within what the prior allowed.
        for count in [128, 2_048] {
            var other = StepFootprint()
            other.addPrompt(newTokens: count, contextTokens: count)
            let ratio = now.seconds(of: other) / world.truth.seconds(of: other)
            #expect((0.6...2.1).contains(ratio), "seed \(seed): \(count) tokens at \(ratio)")
        }
    }

    @Test(arguments: UInt64(1)...10)
    func aChangeOfSpeedIsFollowed(seed: UInt64) {
        var world = CostFitWorld(truth: CostFitWorld.h100, seed: seed)
        var fit = CostFit(prior: CostFitWorld.h100)
        for factor in [2.0, 0.7, 3.0] {
            world.truth = CostCoefficients(vector: CostFitWorld.h100.vector.map { $0 * factor })
            for _ in 0..<400 {
                let step = world.any()
                fit.learn(step, took: world.time(step))
            }
            let share = world.share(within: 0.15, fit.current)
            #expect(share >= 0.8, "seed \(seed): at \(factor) times the time, \(share)")
        }
    }

    @Test(arguments: UInt64(1)...10)
    func hiccupsPassBy(seed: UInt64) {
        var world = CostFitWorld(truth: CostFitWorld.h100, seed: seed)
        var fit = CostFit(prior: CostFitWorld.h100)
        var worst = 1.0
        for index in 0..<1_000 {
            let step = world.any()
            let isHiccup = world.random.int(in: 0...19) == 0
            fit.learn(step, took: world.time(step) * (isHiccup ? 12 : 1))
            if index > 100, index % 50 == 0 { worst = min(worst, world.share(within: 0.2, fit.current)) }
        }
        #expect(worst >= 0.9, "seed \(seed): \(worst)")
    }

    @Test func whatIsNotSeenStaysAsItWas() {
        var world = CostFitWorld(truth: CostFitWorld.h100, seed: 5)
        world.truth = CostCoefficients(vector: CostFitWorld.h100.vector.map { $0 * 2 })
        var fit = CostFit(prior: CostFitWorld.h100)
        for _ in 0..<300 {
            let step = world.prefill()
            fit.learn(step, took: world.time(step))
        }
        let prefill = world.share(within: 0.15, fit.current) { $0.prefill() }
        #expect(prefill >= 0.9)
        #expect(abs(fit.current.e / CostFitWorld.h100.e - 1) < 1e-9)
        #expect(abs(fit.current.g / CostFitWorld.h100.g - 1) < 1e-9)
        for _ in 0..<3_000 {
            let step = world.decode()
            fit.learn(step, took: world.time(step))
        }
        let decode = world.share(within: 0.15, fit.current) { $0.decode() }
        #expect(decode >= 0.95)
        // Thousands of decode steps do not make it forget what it knew of prefill.
        let afterwards = world.share(within: 0.15, fit.current) { $0.prefill() }
        #expect(afterwards >= 0.9, "\(prefill), then \(afterwards)")
    }

    @Test func othersSeeAFitOnceThereWereEnoughSteps() {
        var world = CostFitWorld(truth: CostFitWorld.h100, seed: 3)
        var fit = CostFit(prior: CostFitWorld.h100)
        for index in 1...100 {
            let step = world.any()
            fit.learn(step, took: world.time(step))
            #expect((fit.fitted != nil) == (index >= fit.tuning.leastSamples), "after \(index)")
        }
        let seen = fit.fitted
        fit.learn(StepFootprint(), took: .seconds(1))
        fit.learn(world.any(), took: .zero)
        #expect(fit.sampleCount == 100 && fit.fitted == seen, "empty and instantaneous steps teach nothing")
    }

    private func expectSane(_ fit: CostFit, _ seed: UInt64) {
        let values = fit.current.vector
        #expect(values.allSatisfy { $0 >= 0 && $0.isFinite }, "seed \(seed): \(values)")
    }
}
