import ServingTypes
import Testing

@testable import ServingCore

/// What the prefill policies make of a worker's prompts, blocks and reports.
@Suite struct PrefillWorkerTests {
    /// A prefill worker whose steps take 1 ms and 0.1 ms per token; prompts below 8 tokens are short.
    private static func worker(
        blocks: Int = 32,
        _ change: (inout WorkerCoreSettings) -> Void = { _ in }
    ) -> WorkerCore {
        var settings = WorkerCoreSettings(
            worker: WorkerPair.prefillRef,
            role: .decode,
            layout: WorkerPair.layout,
            blockCount: blocks,
            contextTokens: 200
        )
        settings.stepTokens = 16
        (settings.cost.a, settings.cost.b) = (1e-3, 1e-4)
        settings.prefill.boundaryTokens = 8
        settings.prefill.maxHold = .microseconds(3_050)
        change(&settings)
        return WorkerCore(settings: settings)
    }

    private static func assign(
        _ worker: inout WorkerCore,
        _ number: UInt64,
        prompt: Int,
        at now: Timestamp,
        _ change: (inout ServiceTerms) -> Void = { _ in }
    ) -> [WorkerAction] {
        let attempt = WorkerPair.attempt(request: number)
        let work = WorkerPair.assignment(.whole, prompt: prompt, maxTokens: 1, attempt: attempt) {
            // Prompts that have nothing in common.
            $0.tokens = (0..<prompt).map { TokenID($0) + TokenID(number) * 1_000 }
            change(&$0.terms)
        }
        return worker.handle(.assigned(work, router: WorkerPair.router), now: now)
    }

    /// Requests and tokens of the next step, which ends at once.
    private static func step(_ worker: inout WorkerCore, at now: Timestamp) -> [[Int]] {
        guard let plan = worker.nextStep(now: now) else { return [] }
        _ = worker.finishStep(plan, sampled: WorkerPair.sample(plan), now: now)
        return plan.entries.map { [Int($0.attempt.request.rawValue.low), $0.tokens.count] }
    }

    @Test func shortPromptsGetBetweenTheChunksOfALongOne() {
        var worker = Self.worker()
        _ = Self.assign(&worker, 1, prompt: 60, at: .zero)
        #expect(Self.step(&worker, at: .zero) == [[1, 20]])
        _ = Self.assign(&worker, 2, prompt: 5, at: .zero)
        #expect(Self.step(&worker, at: .zero) == [[2, 5]])
        #expect(Self.step(&worker, at: .zero) == [[1, 20]])
        #expect(Self.step(&worker, at: .zero) == [[1, 20]])
        #expect(Self.step(&worker, at: .zero) == [] && worker.isIdle)
        #expect(worker.prefillFigures.shortTurns == 1 && worker.prefillFigures.longTurns == 3)
    }

    @Test func orderOfArrivalLetsNobodyOvertake() {
        for (policy, steps) in [
            (PrefillPolicy.fcfs, [[[1, 16]], [[1, 4], [2, 5]]]), (.fcfsUnchunked, [[[1, 20]], [[2, 5]]]),
        ] {
            var worker = Self.worker { $0.prefill.policy = policy }
            _ = Self.assign(&worker, 1, prompt: 20, at: .zero)
            _ = Self.assign(&worker, 2, prompt: 5, at: .zero)
            for step in steps { #expect(Self.step(&worker, at: .zero) == step, "\(policy)") }
            #expect(worker.isIdle)
        }
    }

    @Test func longPromptsThatWaitKeepNoBlocksFromShortOnes() {
        var worker = Self.worker(blocks: 18)
        _ = Self.assign(&worker, 1, prompt: 60, at: .zero)
        _ = Self.assign(&worker, 2, prompt: 60, at: .zero)
        #expect(Self.step(&worker, at: .zero) == [[1, 20]])
        #expect(worker.sequenceCounts.waiting == 1 && worker.sequenceCounts.running == 1)
        _ = Self.assign(&worker, 3, prompt: 5, at: .zero)
        #expect(Self.step(&worker, at: .zero) == [[3, 5]])
    }

    @Test func whatFindsNoBlocksForLongIsTheNextToGetSome() {
        var worker = Self.worker(blocks: 20) { $0.prefill.maxStarvation = .milliseconds(100) }
        _ = Self.assign(&worker, 1, prompt: 60, at: .zero) { $0.priority = .batch }
        #expect(Self.step(&worker, at: .zero) == [[1, 20]])
        // The second is more urgent and needs blocks that the first holds; the third finds some.
        _ = Self.assign(&worker, 2, prompt: 60, at: .zero)
        _ = Self.assign(&worker, 3, prompt: 5, at: .zero) { $0.priority = .batch }
        #expect(Self.step(&worker, at: .zero) == [[3, 5]])
        let later = Timestamp.zero + .milliseconds(150)
        _ = Self.assign(&worker, 4, prompt: 5, at: later) { $0.priority = .batch }
        #expect(Self.step(&worker, at: later) == [[1, 20]], "nobody starts before the second")
        #expect(Self.step(&worker, at: later) == [[1, 20]])
        #expect(Self.step(&worker, at: later) == [[2, 20]])
    }

    @Test func anIdleWorkerWaitsForCompanyAndSaysUntilWhen() {
        var worker = Self.worker {
            $0.cost.m = 20e-3
            $0.prefill.boundaryTokens = 100
            $0.prefill.maxWindow = .milliseconds(5)
        }
        var now = Timestamp.zero
        // One in two milliseconds: ten come while one step takes its time.
        for number in UInt64(1)...30 {
            _ = Self.assign(&worker, number, prompt: 4, at: now)
            now = now + .milliseconds(2)
        }
        while !Self.step(&worker, at: now).isEmpty {}
        #expect(worker.isIdle && worker.nextStepAt == nil)
        _ = Self.assign(&worker, 31, prompt: 4, at: now)
        #expect(worker.nextStep(now: now) == nil)
        #expect(worker.nextStepAt == now + .milliseconds(5))
        #expect(worker.prefillFigures.window == .milliseconds(5) && worker.prefillFigures.windowCount == 1)
        _ = Self.assign(&worker, 32, prompt: 4, at: now + .milliseconds(2))
        #expect(worker.nextStep(now: now + .milliseconds(2)) == nil)
        #expect(worker.prefillFigures.windowCount == 1, "the same window")
        let end = now + .milliseconds(5)
        #expect(Self.step(&worker, at: end) == [[31, 4], [32, 4]])
        #expect(worker.nextStepAt == nil && worker.isIdle)
    }

    @Test func theFirstStepOfEachPromptIsReportedWithItsClassAndWait() {
        var worker = Self.worker()
        _ = Self.assign(&worker, 1, prompt: 60, at: .zero)
        let now = Timestamp.zero + .milliseconds(7)
        var starts: [PromptStart] = []
        for _ in 0..<3 {
            guard let plan = worker.nextStep(now: now) else { break }
            for case .promptStarted(let start) in worker.takeActions() { starts.append(start) }
            _ = worker.finishStep(plan, sampled: WorkerPair.sample(plan), now: now)
        }
        #expect(starts == [PromptStart(promptClass: .long, wait: .milliseconds(7))])
    }

    @Test func aCachedPrefixMakesALongPromptShort() {
        var worker = Self.worker()
        _ = Self.assign(&worker, 1, prompt: 20, at: .zero)
        while !Self.step(&worker, at: .zero).isEmpty {}
        let attempt = WorkerPair.attempt(request: 2)
        let work = WorkerPair.assignment(.whole, prompt: 22, maxTokens: 1, attempt: attempt) {
            $0.tokens = (0..<22).map { TokenID($0) + 1_000 }
        }
        _ = Self.assign(&worker, 3, prompt: 60, at: .zero)
        _ = worker.handle(.assigned(work, router: WorkerPair.router), now: .zero)
        #expect(Self.step(&worker, at: .zero) == [[2, 2]], "20 of 22 tokens are cached")
    }

    @Test func loadReportsSayHowLongAPromptWouldWait() throws {
        var worker = Self.worker()
        #expect(worker.fullLoad().queuedSeconds == 0)
        for number in UInt64(1)...4 { _ = Self.assign(&worker, number, prompt: 40, at: .zero) }
        let taken = worker.takeLoad(now: .zero)
        let report = try #require(taken)
        // 160 tokens in 8 steps.
        let long = 8 * 1e-3 + 160 * 1e-4
        #expect(report.queuedSeconds > long * 0.9 && report.queuedSeconds < long * 1.1)
        #expect(report.shortTokens > 0 && report.stepTokens > 0)
        while !Self.step(&worker, at: .zero).isEmpty {}
        #expect(worker.fullLoad().queuedSeconds == 0)
    }
}
