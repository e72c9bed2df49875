import ServingTypes
import Testing

@testable import ServingCore

/// Steps within steps, as the shell asks for them.
@Suite struct WorkerPreemptionTests {
    static let layout = KVLayout(layerCount: 8, kvHeadCount: 1, headDim: 8, type: .f16, blockTokens: 4)

    /// A worker that prefills and decodes, with a second per thousand tokens and the given settings.
    struct Bench {
        var core: WorkerCore
        var now = Timestamp.zero
        var tokens: [TokenBatch] = []
        var ended: [WorkEnded] = []

        init(_ change: (inout WorkerCoreSettings) -> Void = { _ in }) {
            var settings = WorkerCoreSettings(
                worker: WorkerPair.decodeRef,
                role: .decode,
                layout: WorkerPreemptionTests.layout,
                blockCount: 2_000,
                contextTokens: 4_000
            )
            settings.stepTokens = 4_000
            settings.prefill.policy = .fcfs  // Whole prompts, so that there is something to yield.
            settings.cost.b = 1e-3
            settings.cost.e = 1e-3
            change(&settings)
            core = WorkerCore(settings: settings)
        }

        mutating func wait(_ time: Duration) { now = now + time }

        mutating func ask(
            _ request: UInt64,
            tokens count: Int,
            output: Int = 1,
            like other: UInt64? = nil,
            _ change: (inout ServiceTerms) -> Void = { _ in }
        ) {
            let attempt = WorkerPair.attempt(request: request)
            let work = WorkerPair.assignment(.whole, prompt: count, maxTokens: output, attempt: attempt) {
                change(&$0.terms)
                // Nothing else is shared: what a prompt takes does not depend on others.
                $0.tokens = $0.tokens.map { $0 + TokenID(other ?? request) * 10_000 }
            }
            take(core.handle(.assigned(work, router: WorkerPair.router), now: now))
        }

        mutating func take(_ actions: [WorkerAction]) {
            for action in actions {
                if case .tokens(_, let batch) = action { tokens.append(batch) }
                if case .ended(_, let over) = action { ended.append(over) }
            }
        }

        /// Asks for what goes first after `layers` layers, at the pace of the cost model.
        mutating func yield(_ plan: StepPlan, _ layers: Int) -> StepPlan? {
            let nested = core.preemptingStep(during: plan, layers: layers, now: now)
            take(core.takeActions())
            return nested
        }

        mutating func finish(_ plan: StepPlan) {
            let sampled = plan.entries.map { entry in
                entry.isSampling ? SampledToken(id: TokenID(7)) : nil
            }
            take(core.finishStep(plan, sampled: sampled, now: now))
        }

        mutating func next() -> StepPlan? {
            let plan = core.nextStep(now: now)
            take(core.takeActions())
            return plan
        }
    }

    private func requests(_ plan: StepPlan?) -> [UInt64] {
        plan?.entries.map(\.attempt.request.rawValue.low) ?? []
    }

    @Test func aLongPromptYieldsToAShortOneAndGoesOnWithNothingLost() throws {
        var bench = Bench()
        bench.ask(1, tokens: 2_000)
        let planned = bench.next()
        let long = try #require(planned)
        #expect(!bench.core.mayPreempt, "nothing came since it began")
        bench.wait(.milliseconds(250))
        bench.ask(2, tokens: 20)
        #expect(bench.core.mayPreempt)
        let yielded = bench.yield(long, 1)
        let nested = try #require(yielded)
        #expect(requests(nested) == [2] && !bench.core.mayPreempt)
        bench.wait(.milliseconds(20))
        bench.finish(nested)
        #expect(bench.tokens.map(\.attempt.request.rawValue.low) == [2], "its answer does not wait")
        let again = bench.yield(long, 1)
        #expect(again == nil, "nobody else waits")
        bench.wait(.milliseconds(1_750))
        bench.finish(long)
        #expect(bench.tokens.map(\.attempt.request.rawValue.low) == [2, 1])
        #expect(bench.ended.map(\.failure) == [nil, nil])
        #expect(bench.core.counters.layerPreemptions == 1 && bench.core.counters.nestedSteps == 1)
        let taken = bench.core.takeFinishedStep()
        let times = try #require(taken)
        #expect(times.measured == .seconds(2) && times.yielded == .milliseconds(20), "it learns its own time")
        #expect(bench.core.isIdle && bench.core.blocks.available == 2_000)
    }

    @Test func whatEndsWithinAStepKeepsItsBlocksUntilThatIsOver() throws {
        var bench = Bench()
        bench.ask(1, tokens: 2_000)
        let planned = bench.next()
        let long = try #require(planned)
        bench.wait(.milliseconds(250))
        bench.ask(2, tokens: 20)
        let yielded = bench.yield(long, 1)
        let nested = try #require(yielded)
        for request in [UInt64(1), 2] {
            let attempt = WorkerPair.attempt(request: request)
            bench.take(bench.core.handle(.cancelled(attempt, router: WorkerPair.router), now: bench.now))
        }
        #expect(bench.core.blocks.running == 501 + 6)
        bench.finish(nested)
        #expect(bench.core.blocks.running == 501, "those of the outer step stay")
        bench.take(bench.core.handle(.stepFailed(long, ServingError(.engine, "no")), now: bench.now))
        #expect(bench.core.isIdle && bench.core.blocks.available == 2_000 && bench.ended.isEmpty)
    }

    @Test func stepsNestTwoDeepByClass() throws {
        var bench = Bench { $0.preemption.leastGain = .milliseconds(1) }
        bench.ask(1, tokens: 2_000) { $0.priority = .bestEffort }
        let planned = bench.next()
        let outer = try #require(planned)
        bench.wait(.milliseconds(250))
        bench.ask(2, tokens: 400) { $0.priority = .batch }
        let first = bench.yield(outer, 1)
        let middle = try #require(first)
        bench.wait(.milliseconds(50))
        bench.ask(3, tokens: 100)
        let second = bench.yield(middle, 1)
        let inner = try #require(second)
        bench.wait(.milliseconds(12))
        bench.ask(4, tokens: 5)
        let tooDeep = bench.yield(inner, 1)
        #expect(tooDeep == nil, "not three deep")
        for plan in [inner, middle] {
            bench.wait(.milliseconds(100))
            bench.finish(plan)
        }
        let third = bench.yield(outer, 1)
        #expect(requests(third) == [4], "what came meanwhile is next")
        bench.finish(try #require(third))
        bench.finish(outer)
        #expect(bench.tokens.map(\.attempt.request.rawValue.low) == [3, 2, 4, 1])
        #expect(bench.core.isIdle)
    }

    @Test func aFloodYieldsToAPromptWhoseRestFitsAStep() throws {
        var bench = Bench { $0.stepTokens = 600 }
        bench.ask(1, tokens: 500)
        while let plan = bench.next() { bench.finish(plan) }
        bench.ask(2, tokens: 600) { $0.isBeyondShare = true }
        let planned = bench.next()
        let outer = try #require(planned)
        bench.wait(.milliseconds(75))
        bench.ask(3, tokens: 1_000) { $0.isBeyondShare = true }
        bench.ask(4, tokens: 700)
        let none = bench.yield(outer, 1)
        #expect(none == nil, "equals wait, and so does what a step cannot hold")
        bench.ask(5, tokens: 900, like: 1)
        let nested = bench.yield(outer, 1)
        #expect(requests(nested) == [5] && nested?.tokenCount == 400, "500 tokens are cached")
        bench.wait(.milliseconds(400))
        bench.finish(try #require(nested))
        bench.finish(outer)
        #expect(bench.tokens.map(\.attempt.request.rawValue.low) == [1, 5, 2])
    }

    @Test func whatAFloodLeavesCachedIsEvictedFirst() throws {
        // 100 blocks of four tokens.
        var bench = Bench { $0.blockCount = 100 }
        func compute(_ request: UInt64, tokens: Int, like other: UInt64? = nil, isBeyondShare: Bool) {
            bench.ask(request, tokens: tokens, like: other) { $0.isBeyondShare = isBeyondShare }
            while let plan = bench.next() {
                computed[request, default: 0] += plan.tokenCount
                bench.finish(plan)
            }
        }
        var computed: [UInt64: Int] = [:]
        compute(1, tokens: 120, isBeyondShare: false)
        compute(2, tokens: 120, isBeyondShare: true)
        compute(3, tokens: 200, isBeyondShare: true)
        compute(4, tokens: 121, like: 1, isBeyondShare: false)
        compute(5, tokens: 121, like: 2, isBeyondShare: false)
        #expect(computed[4] == 1 && computed[5] ?? 0 > 40, "\(computed)")
    }

    @Test func layeredAnswersHaveTurnsBetweenTheLayersOfAPrompt() throws {
        var bench = Bench {
            $0.mixed = .layered
            $0.stepTokens = 500
        }
        bench.ask(1, tokens: 10, output: 9)
        for _ in 0..<2 { if let plan = bench.next() { bench.finish(plan) } }
        #expect(bench.tokens.count == 2)
        bench.ask(2, tokens: 2_000)
        let planned = bench.next()
        let prompt = try #require(planned)
        #expect(requests(prompt) == [2] && prompt.tokenCount == 2_000, "not cut, and by itself")
        #expect(prompt.layersPerTurn == 2, "a quarter of it takes as long as a chunk")
        for layers in 1..<8 {
            bench.wait(.milliseconds(250))
            let nested = bench.yield(prompt, layers)
            #expect(requests(nested) == (layers % 2 == 0 ? [1] : []), "after \(layers) layers")
            guard let nested else { continue }
            bench.wait(.milliseconds(1))
            bench.finish(nested)
        }
        bench.finish(prompt)
        #expect(bench.tokens.count == 2 + 3 + 1)
        bench.ask(3, tokens: 20)
        let owed = bench.next()
        #expect(requests(owed) == [1], "the last layers' turn comes before anything else")
        #expect(bench.core.counters.layerPreemptions == 0, "turns are no preemptions")
    }

    @Test func answersThatCameWithinAStepKeepTheirTimePerToken() throws {
        var bench = Bench()
        bench.ask(1, tokens: 2_000)
        let planned = bench.next()
        let prompt = try #require(planned)
        bench.wait(.milliseconds(250))
        bench.ask(2, tokens: 20, output: 50) { $0.tpotLimit = .milliseconds(600) }
        var seen: [[UInt64]] = []
        for layers in 1..<8 {
            while let nested = bench.yield(prompt, layers) {
                seen.append(requests(nested) + [UInt64(layers)])
                bench.wait(.milliseconds(nested.tokenCount))
                bench.finish(nested)
            }
            #expect(bench.core.mayPreempt, "it is asked again at the next layer")
            bench.wait(.milliseconds(250))
        }
        // A layer takes 250 ms: a token is due at every second boundary.
        #expect(seen == [[2, 1], [2, 3], [2, 5], [2, 7]], "\(seen)")
        #expect(bench.tokens.count == 4)
    }

    @Test func aFitReachesTheReportAndTheScheduler() throws {
        var bench = Bench()
        for request in UInt64(1)...60 {
            bench.ask(request, tokens: 100 + Int(request % 7) * 50)
            let planned = bench.next()
            let plan = try #require(planned)
            bench.wait(.microseconds(plan.tokenCount * 500))  // Twice as fast as registered.
            bench.finish(plan)
        }
        let fitted = try #require(bench.core.fullLoad().fittedCost)
        #expect(abs(fitted.b / 0.5e-3 - 1) < 0.1, "\(fitted)")
        #expect(abs(fitted.e - 1e-3) < 1e-12, "no answer was continued")
        #expect(abs(bench.core.currentCost.b / fitted.b - 1) < 0.1)
    }
}
