import ServingTypes
import Testing

@testable import ServingCore

/// The pure rules of decode scheduling, as tables.
@Suite struct DecodePolicyTests {
    @Test(arguments: [
        ("a guess counts", 30 as Int?, 100, 30), ("no guess is a share", nil, 100, 50),
        ("no guess exceeds what is allowed", 500, 100, 100), ("something always follows", 0, 100, 1),
    ])
    func expectedOutput(requirement: String, guess: Int?, limit: Int, expected: Int) {
        var terms = ServiceTerms()
        terms.expectedOutput = guess
        #expect(OutputForecast.expected(terms, limit: limit, share: 0.5) == expected, "\(requirement)")
    }

    @Test(arguments: [
        ("the rest of the guess", 20, 5, 100, 15),
        ("an outlived guess grows with the answer", 20, 40, 100, 10),
        ("never beyond the limit", 20, 95, 100, 5), ("nothing after the end", 20, 100, 100, 0),
    ])
    func remainingOutput(requirement: String, expected: Int, produced: Int, limit: Int, remaining: Int) {
        let found = OutputForecast.remaining(expected: expected, produced: produced, limit: limit)
        #expect(found == remaining, "\(requirement)")
    }

    private static func sequence(_ held: Int, _ tokens: Int, _ remaining: Int, _ limit: Int)
        -> GrowthForecast.Sequence
    {
        GrowthForecast.Sequence(heldBlocks: held, tokens: tokens, remaining: remaining, limit: limit)
    }

    @Test(arguments: [
        ("nobody needs nothing", [], 0.0, 0),
        ("one grows to its end", [sequence(1, 4, 16, 40)], 0, 4),
        ("what is held already does not count", [sequence(5, 4, 16, 40)], 0, 0),
        ("equals grow side by side", [sequence(1, 4, 16, 40), sequence(1, 4, 16, 40)], 0, 8),
        (
            "one that ends soon gives back what it held", [sequence(1, 4, 16, 40), sequence(4, 12, 4, 40)], 0,
            1
        ),
        ("the margin is for longer answers", [sequence(1, 4, 16, 40)], 1, 8),
        ("but none is longer than allowed", [sequence(1, 4, 16, 20)], 9, 5),
    ])
    func growth(requirement: String, sequences: [GrowthForecast.Sequence], margin: Double, blocks: Int) {
        let forecast = GrowthForecast(blockTokens: 4, margin: margin)
        #expect(forecast.growth(of: sequences) == blocks, "\(requirement)")
        #expect(forecast.growth(of: sequences.reversed()) == blocks, "the order does not matter")
    }

    @Test(arguments: [
        ("a limit that holds", 12 as Int?, nil as Int?, 4, false), ("the newcomer's breaks", 9, nil, 4, true),
        ("another's breaks", 100, 9, 4, true), ("without a limit nobody is turned down", nil, 1, 4, false),
        ("alone everybody may come", 1, nil, 0, false),
        ("a limit that cannot be had alone binds nobody", 1, nil, 4, false),
    ])
    func timePerToken(requirement: String, own: Int?, others: Int?, running: Int, isRefused: Bool) {
        var cost = CostCoefficients()
        (cost.e, cost.f) = (5e-3, 1e-3)
        var load = TPOTGate.Load()
        for _ in 0..<running { load.add(contextTokens: 10, limit: others.map { .milliseconds($0) }) }
        let gate = TPOTGate(cost: cost, maxBatch: 64)
        let newcomer = (contextTokens: 10, limit: own.map { Duration.milliseconds($0) })
        #expect((gate.obstacle(to: newcomer, beside: load) != nil) == isRefused, "\(requirement)")
    }

    @Test func moreThanABatchTakesAsManyTurns() {
        var cost = CostCoefficients()
        cost.f = 1e-3
        let load = TPOTGate.Load(count: 8, contextTokens: 80, tightest: nil)
        #expect(TPOTGate(cost: cost, maxBatch: 4).timePerToken(load) == .milliseconds(8))
    }

    /// Whatever the classes and promises, everybody's turn comes within eight times the rounds that serve all.
    @Test(arguments: UInt64(0)..<50)
    func nobodyStarvesInTheRotation(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let count = Int.random(in: 2...40, using: &random)
        let rotation = DecodeRotation(
            maxBatch: Int.random(in: 1..<count, using: &random),
            step: .milliseconds(5)
        )
        var last = Array(repeating: UInt64(0), count: count)
        let classes = (0..<count).map { _ in RequestPriority.allCases.randomElement(using: &random) ?? .batch
        }
        let slacks = (0..<count).map { _ in Bool.random(using: &random) ? Duration.milliseconds(1) : nil }
        let bound = UInt64(8 * (count / rotation.maxBatch + 2))
        var turns = Array(repeating: 0, count: count)
        for step in UInt64(1)...1_000 {
            let runners = (0..<count).map { index in
                DecodeRotation.Runner(
                    attempt: WorkerPair.attempt(request: UInt64(index)),
                    priority: classes[index],
                    waitedSteps: step - last[index],
                    produced: turns[index],
                    slack: slacks[index]
                )
            }
            let chosen = rotation.choose(runners)
            #expect(chosen.count == rotation.maxBatch, "every place is used")
            for attempt in chosen {
                last[Int(attempt.request.rawValue.low)] = step
                turns[Int(attempt.request.rawValue.low)] += 1
            }
            #expect(last.allSatisfy { step - $0 <= bound }, "seed \(seed), step \(step)")
        }
        // Among those without a promise the more urgent class has no fewer turns.
        let calm = (0..<count).filter { slacks[$0] == nil }
        for (first, second) in zip(calm, calm.dropFirst()) where classes[first] < classes[second] {
            #expect(turns[first] + 2 >= turns[second], "seed \(seed)")
        }
    }

    private static func candidate(
        _ request: UInt64,
        _ priority: RequestPriority = .batch,
        tokens: Int = 100,
        progress: Int = 50,
        preemptions: Int = 0,
        isMovable: Bool = true
    ) -> PreemptionChoice.Candidate {
        PreemptionChoice.Candidate(
            attempt: WorkerPair.attempt(request: request),
            priority: priority,
            contextTokens: tokens,
            progress: progress,
            preemptions: preemptions,
            isMovable: isMovable
        )
    }

    @Test(arguments: [
        ("the last one goes on", [candidate(1)], nil as UInt64?),
        (
            "the least urgent class gives way",
            [candidate(1), candidate(2, .bestEffort, tokens: 900), candidate(3, .interactive)], 2
        ),
        (
            "then who has least to lose",
            [candidate(1, tokens: 10), candidate(2, tokens: 300), candidate(3, tokens: 200)], 3
        ),
        ("then who came last", [candidate(1), candidate(2), candidate(3)], 3),
        (
            "who gave way often goes on, and before others",
            [candidate(1), candidate(2, preemptions: 3), candidate(3)], 3
        ),
        ("who has just begun goes on", [candidate(1), candidate(2), candidate(3, progress: 2)], 2),
        ("what cannot move goes on", [candidate(1), candidate(2, isMovable: false)], nil),
        ("nobody need give way", [candidate(1), candidate(2, preemptions: 3)], 1),
    ])
    func victims(requirement: String, candidates: [PreemptionChoice.Candidate], request: UInt64?) {
        var cost = CostCoefficients()
        cost.b = 1e-6
        let choice = PreemptionChoice(
            cost: cost,
            tokenBytes: 1_000,
            bytesPerSecond: 1e6,
            maxPreemptions: 3,
            leastProgress: 16
        )
        #expect(choice.victim(of: candidates)?.request.rawValue.low == request, "\(requirement)")
    }
}
