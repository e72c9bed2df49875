import ServingCore
import ServingTypes
import Testing

/// Requests that wait, what is kept of them, and what is known of workers.
@Suite struct RouterQueueTests {
    @Test func aRequestWaitsForAWorkerAndThenForItsTime() {
        var scene = RouterScene()
        #expect(scene.take(.submit()) == [])
        #expect(scene.take(.register("p1")) == [])
        #expect(scene.take(.wait(.seconds(29))) == [])
        #expect(scene.take(.register("d1")).count == 2)
        var lonely = RouterScene()
        #expect(lonely.take(.submit()) == [])
        #expect(lonely.take(.wait(.seconds(30))) == ["fail no_capacity, retry", "record"])
        #expect(lonely.core.requestCount == 0)
    }

    @Test func theQueueIsFirstComeFirstServedAndBounded() {
        var scene = RouterScene(allowsLocalPrefill: true) { $0.maxWaiting = 2 }
        _ = scene.take(.register("d1"))
        // 7 of 10 blocks: the next one of that size must wait, and a small one must not overtake it.
        let large = [TokenID](repeating: 1, count: 24)
        #expect(scene.take(.submit(prompt: large)) == ["assign d1#1 whole \(large)"])
        #expect(scene.take(.submit(request: 2, prompt: large)) == [])
        #expect(scene.take(.submit(request: 3)) == [])
        #expect(scene.core.waitingCount == 2)
        #expect(scene.take(.submit(request: 4)) == ["fail no_capacity, retry of 4", "record of 4"])
        #expect(scene.take(.tokens("d1", at: 0, [99], finish: .stop)) == ["emit 0: [99]", "finish stop"])
        let freed = ["record", "assign d1#1 whole \(large) of 2", "assign d1#1 whole [1, 2, 3] of 3"]
        #expect(scene.take(.end("d1")) == freed)
        #expect(scene.core.inFlight == 2)
    }

    @Test func aRequestThatFitsNowherePassesItsTurnOn() {
        var scene = RouterScene(allowsLocalPrefill: true)
        _ = scene.take(.register("d1"))
        #expect(scene.take(.submit(prompt: [TokenID](repeating: 1, count: 60))) == [])
        #expect(scene.take(.submit(request: 2)) == ["assign d1#1 whole [1, 2, 3] of 2"])
        #expect(scene.take(.wait(.seconds(3))).contains("fail bad_request"))
    }

    @Test func aResumedRequestGoesBeforeLaterOnes() {
        var scene = RouterScene(allowsLocalPrefill: true)
        _ = scene.take(.register("d1"))
        let large = [TokenID](repeating: 1, count: 24)
        #expect(scene.take(.submit(prompt: large)).count == 1)
        #expect(scene.take(.submit(request: 2, prompt: large)) == [])
        #expect(scene.take(.lose("d1")) == [])
        #expect(scene.take(.register("d1'")) == ["assign d1#2 whole \(large)"])
    }

    @Test func aDrainingOrFullWorkerIsNotChosen() {
        var scene = RouterScene(allowsLocalPrefill: true)
        for worker in ["d1", "d2"] { _ = scene.take(.register(worker)) }
        _ = scene.take(.load("d1", draining: true))
        #expect(scene.take(.submit()) == ["assign d2#1 whole [1, 2, 3]"])
        _ = scene.take(.load("d1"))
        _ = scene.take(.load("d2", used: 10))
        #expect(scene.take(.submit(request: 2)) == ["assign d1#1 whole [1, 2, 3] of 2"])
    }

    @Test func aMissingReportIsAskedForUntilAFullOneComes() {
        var scene = RouterScene()
        _ = scene.take(.register("d1"))
        #expect(scene.take(.load("d1", sequence: 5, full: false)) == ["ask d1"])
        #expect(scene.take(.load("d1", sequence: 6, full: false)) == ["ask d1"])
        #expect(scene.take(.load("d1", sequence: 7)) == [])
        #expect(scene.take(.load("d1", sequence: 8, full: false)) == [])
        #expect(scene.take(.load("d1", sequence: 8, full: false)) == [], "a repetition is dropped")
        #expect(scene.take(.load("d1", sequence: 10, full: false)) == ["ask d1"])
        #expect(scene.take(.load("d2", sequence: 11)) == [], "nobody of that name is registered")
        #expect(scene.core.counters.lostReports == 3)
        #expect(scene.core.counters.stale == 2)
    }

    @Test func theRecordSaysWhatWasDecidedPredictedAndSeen() throws {
        var scene = RouterScene()
        for worker in ["p1", "p2", "d1"] { _ = scene.take(.register(worker)) }
        _ = scene.take(.submit())
        _ = scene.take(.refuse("p1"))
        _ = scene.take(.wait(.milliseconds(10)))
        _ = scene.take(.tokens("p2", attempt: 2, at: 0, [10]))
        _ = scene.take(.wait(.milliseconds(5)))
        _ = scene.take(.tokens("d1", attempt: 2, at: 0, [10, 11]))
        _ = scene.take(.wait(.milliseconds(4)))
        _ = scene.take(.tokens("d1", attempt: 2, at: 2, [12, 13], finish: .length))
        #expect(scene.core.request(RouterScene.request(1))?.phase == .over)
        _ = scene.take(.end("p2", attempt: 2))
        _ = scene.take(.end("d1", attempt: 2))
        guard case .record(let record) = try #require(scene.actions.last) else {
            Issue.record("the last action is no record")
            return
        }
        #expect(record.outcome == .finished(.length))
        #expect(record.ttft == .milliseconds(10))
        #expect(record.gap == .milliseconds(5))
        #expect(record.elapsed == .milliseconds(19))
        #expect(record.tpot == .milliseconds(3))
        #expect(record.attempts.map(\.number) == [1, 2])
        #expect(record.attempts.map(\.wasRefused) == [true, false])
        #expect(record.attempts[1].chosen.plan.prefill == RouterScene.ref("p2"))
        #expect(record.attempts[0].alternatives.map(\.plan.prefill) == [RouterScene.ref("p2")])
        #expect(record.attempts[1].prefillReport != nil && record.attempts[1].decodeReport != nil)
        #expect(record.attempts[1].chosen.predictedTTFT > .zero)
        #expect(scene.core.workers.allSatisfy { $0.assigned == WorkerCharge() })
    }

    @Test func everyAttemptHasAGrantOfItsOwnThatBothWorkersShare() {
        var scene = RouterScene()
        for worker in ["p1", "p2", "d1"] { _ = scene.take(.register(worker)) }
        _ = scene.take(.submit())
        _ = scene.take(.lose("p1"))
        _ = scene.take(.submit(request: 2))
        let assignments = scene.actions.compactMap { action -> Assignment? in
            if case .assign(_, let assignment) = action { assignment } else { nil }
        }
        let grants = Dictionary(grouping: assignments, by: \.attempt).mapValues { Set($0.map(\.grant)) }
        #expect(grants.count == 3)
        #expect(grants.values.allSatisfy { $0.count == 1 })
        #expect(Set(grants.values.flatMap(\.self)).count == 3)
    }

    @Test func whatIsStaleIsCountedAndNothingElse() {
        var scene = RouterScene()
        for worker in ["p1", "d1"] { _ = scene.take(.register(worker)) }
        _ = scene.take(.submit())
        let before = scene.core.counters
        _ = scene.take(.tokens("d1", attempt: 2, at: 0, [66]))
        _ = scene.take(.tokens("d1'", at: 0, [66]))
        _ = scene.take(.end("d1", request: 9))
        _ = scene.take(.accept("d1", attempt: 7))
        var expected = before
        expected.stale += 4
        #expect(scene.core.counters == expected)
    }
}
