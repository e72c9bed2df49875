import KVCache
import ServingTypes
import Testing

@testable import ServingCore

/// What a decode worker does when its answers need more than there is.
@Suite struct DecodeSchedulingTests {
    /// Whole answers take eight of sixteen blocks each, expected ones three.
    @Test(arguments: [(DecodeSettings.Reserve.whole, 2), (.expected, 5)])
    func whatIsExpectedFitsMoreOften(reserve: DecodeSettings.Reserve, running: Int) {
        var scene = DecodeScene(blocks: 16) { $0.decode.reserve = reserve }
        for request in UInt64(1)...6 { scene.assign(request) }
        scene.step()
        #expect(scene.running == running)
    }

    @Test func everyAnswerEndsAlthoughAllTogetherNeverFit() {
        var scene = DecodeScene(blocks: 12)
        for request in UInt64(1)...4 { scene.assign(request) }
        var number: UInt32 = 1
        for _ in 0..<400 where scene.finished.count < 4 {
            scene.step()
            // The router places what was given back anew, from what it has of it.
            while let (request, reported) = scene.preempted.first {
                scene.preempted.removeFirst()
                #expect(reported != nil, "the routers know what is cached before they know of the end")
                number += 1
                let emitted = scene.output[request] ?? []
                scene.assign(request, number: number, after: emitted) {
                    $0.promptTokens = 4
                    $0.preemptions = Int(number) - 1
                }
            }
        }
        for request in UInt64(1)...4 {
            #expect(scene.output[request] == (0..<28).map { TokenID(1_000 + $0) }, "request \(request)")
        }
        #expect(scene.core.counters.preemptions > 0 && scene.core.counters.grownBlocks > 0)
        #expect(scene.core.counters.failures == 0 && scene.core.isIdle)
        #expect(scene.core.blocks.available == 12 && scene.core.checkInvariants() == nil)
    }

    @Test func theLeastUrgentGivesWayAndItsBlocksStayCached() {
        var scene = DecodeScene(blocks: 8)
        scene.assign(1) { $0.terms.priority = .bestEffort }
        scene.assign(2)
        while scene.preempted.isEmpty, !scene.step().isEmpty {}
        #expect(scene.preempted.map(\.request) == [1])
        #expect(scene.core.blocks.cached > 0)
        while !scene.step().isEmpty {}
        #expect(scene.finished == [2])
    }

    @Test func aMoreUrgentPromptTakesTheRoomOfALessUrgentAnswer() {
        var scene = DecodeScene(blocks: 16) { $0.decode.reserve = .whole }
        for request in UInt64(1)...2 { scene.assign(request) { $0.terms.priority = .batch } }
        for _ in 0..<4 { scene.step() }
        scene.assign(3) { $0.terms.priority = .batch }
        scene.step()
        #expect(
            scene.preempted.isEmpty && scene.core.sequenceCounts.waiting == 1,
            "of its own class it waits"
        )
        scene.assign(4)
        let chosen = scene.step()
        #expect(scene.preempted.map(\.request) == [2] && chosen == [1, 4])
    }

    @Test func theMostUrgentThenTheResumedStartFirst() {
        var scene = DecodeScene(blocks: 8) { $0.decode.reserve = .whole }
        scene.assign(1)
        scene.step()
        scene.assign(2) { $0.terms.priority = .batch }
        scene.assign(3)
        scene.assign(4) { $0.preemptions = 1 }
        var order: [UInt64] = []
        for _ in 0..<200 {
            for request in scene.step() where !order.contains(request) { order.append(request) }
        }
        #expect(order == [1, 4, 3, 2])
    }

    @Test func aPromisedTimePerTokenIsKept() {
        var scene = DecodeScene(blocks: 64) {
            $0.cost.f = 1e-3
            $0.decode.reserve = .whole
        }
        let decode = Assignment.Part.decode(from: WorkerPair.prefillRef)
        for request in UInt64(1)...4 {
            let attempt = WorkerPair.attempt(request: request)
            let work = WorkerPair.assignment(decode, attempt: attempt) {
                $0.terms.tpotLimit = .milliseconds(4)
            }
            scene.handle(.assigned(work, router: DecodeScene.router))
        }
        // A step takes 1 ms and 1 ms for each: three fit.
        #expect((1...4).map { scene.answers[$0]?.refusal?.code } == [nil, nil, nil, .noCapacity])
        #expect(scene.answers[4]?.retryAfter ?? .zero >= .milliseconds(10))
        let free = WorkerPair.assignment(decode, attempt: WorkerPair.attempt(request: 5))
        scene.handle(.assigned(free, router: DecodeScene.router))
        #expect(scene.answers[5]?.refusal == nil, "without a limit nobody is turned down for it")
    }

    @Test func moreAnswersThanABatchTakeTurns() {
        var scene = DecodeScene(blocks: 64) {
            $0.decode.maxBatch = 2
            $0.stepTokens = 64
        }
        for request in UInt64(1)...5 { scene.assign(request, maxTokens: 20) }
        scene.step()
        var turns: [UInt64: Int] = [:]
        for _ in 0..<20 {
            let chosen = scene.step()
            #expect(chosen.count == 2)
            for request in chosen { turns[request, default: 0] += 1 }
        }
        #expect(turns.count == 5 && turns.values.allSatisfy { $0 == 8 }, "\(turns)")
    }

    @Test(arguments: [
        ("beside others it is given back", 2 as UInt64, 0, [1 as UInt64]),
        ("the only one goes on", 1, 0, []),
        ("one that gave way often goes on", 2, 3, []),
    ])
    func whatTheRouterWantsBack(requirement: String, count: UInt64, preemptions: Int, given: [UInt64]) {
        var scene = DecodeScene(blocks: 64)
        for request in 1...count { scene.assign(request) { $0.preemptions = preemptions } }
        for _ in 0..<8 { scene.step() }
        scene.handle(.preemptionWanted(WorkerPair.attempt(request: 1), router: RouterKey(rawValue: 8)))
        #expect(scene.preempted.isEmpty, "only its own router may ask")
        scene.handle(.preemptionWanted(WorkerPair.attempt(request: 1), router: DecodeScene.router))
        scene.step()
        #expect(scene.preempted.map(\.request) == given, "\(requirement)")
        #expect(scene.preempted.allSatisfy { ($0.reportedBlocks ?? 0) > 0 })
    }

    @Test func aStepThatRunsKeepsWhatIsWantedBack() throws {
        var scene = DecodeScene(blocks: 64)
        for request in UInt64(1)...2 { scene.assign(request) }
        for _ in 0..<8 { scene.step() }
        let planned = scene.core.nextStep(now: scene.now)
        let plan = try #require(planned)
        scene.handle(.preemptionWanted(WorkerPair.attempt(request: 1), router: DecodeScene.router))
        #expect(scene.preempted.isEmpty)
        _ = scene.core.finishStep(plan, sampled: WorkerPair.sample(plan), now: scene.now)
        let later = scene.step()
        #expect(scene.preempted.map(\.request) == [1] && later == [2])
    }

    @Test func aReducedCacheHasAllItsRoomAndStays() {
        var scene = DecodeScene(blocks: 32)
        let decode = Assignment.Part.decode(from: WorkerPair.prefillRef)
        let work = WorkerPair.assignment(decode, prompt: 20, maxTokens: 12) {
            $0.budget = KVBudget(tokens: 8, sinkTokens: 1, recentTokens: 2)
            $0.terms.expectedOutput = 1
        }
        scene.handle(.assigned(work, router: DecodeScene.router))
        #expect(scene.core.blocks.reserved == 5, "8 kept tokens and 12 of output")
    }
}
