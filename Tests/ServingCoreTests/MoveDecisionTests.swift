import KVCache
import ServingTypes
import Testing

@testable import ServingCore

/// When a running answer is moved from a full decode worker to another, and what becomes of it.
@Suite struct MoveDecisionTests {
    private static func worker(
        _ name: String,
        room: Double,
        pressure: Double = 0,
        free: Int = 100,
        isAdmitting: Bool = true
    ) -> MoveDecision.Worker {
        MoveDecision.Worker(
            ref: RouterScene.ref(name),
            room: room,
            pressure: pressure,
            freeBlocks: free,
            freeSlots: 4,
            step: .milliseconds(10),
            isAdmitting: isAdmitting
        )
    }

    private static func candidate(
        _ request: UInt64,
        _ priority: RequestPriority = .interactive,
        context: Int = 100,
        remaining: Int = 100,
        blocks: Int = 10
    ) -> MoveDecision.Candidate {
        MoveDecision.Candidate(
            attempt: AttemptID(request: RouterScene.request(request), number: 1),
            worker: RouterScene.ref("d1"),
            priority: priority,
            contextTokens: context,
            remaining: remaining,
            blocks: blocks
        )
    }

    @Test(arguments: [
        (
            "from full to empty while somebody waits", 5 as Int?, worker("d1", room: 0.9),
            worker("d2", room: 0.3), true
        ),
        (
            "room does not count while nobody waits for it", nil, worker("d1", room: 0.9),
            worker("d2", room: 0.3), false
        ),
        (
            "a promise that breaks counts at any time", nil, worker("d1", room: 0.2, pressure: 1),
            worker("d2", room: 0.3), true
        ),
        ("equals keep what they have", 5, worker("d1", room: 0.9), worker("d2", room: 0.8), false),
        (
            "a worker that stops takes nothing", 5, worker("d1", room: 0.9),
            worker("d2", room: 0.3, isAdmitting: false), false
        ),
        ("half a load is not full", 5, worker("d1", room: 0.5), worker("d2", room: 0), false),
    ])
    func pairs(
        requirement: String,
        wanted: Int?,
        source: MoveDecision.Worker,
        target: MoveDecision.Worker,
        isMoved: Bool
    ) {
        var settings = DecodeBalanceSettings()
        settings.dwell = .zero
        let decision = MoveDecision(settings: settings, wantedBlocks: wanted)
        var planner = MovePlanner(settings: settings)
        let pairs = planner.pairs(of: [source, target], decision, now: .zero)
        #expect(pairs.map(\.from) == (isMoved ? [source] : []), "\(requirement)")
    }

    @Test(arguments: [
        ("the least urgent", [candidate(1), candidate(2, .bestEffort, remaining: 40)], 2 as UInt64?),
        ("one that makes enough room", [candidate(1, blocks: 3), candidate(2, remaining: 40)], 2),
        ("the most work to come for what it carries", [candidate(1), candidate(2, context: 50)], 2),
        ("of equals the first", [candidate(1), candidate(2)], 1),
        ("not what costs more than it brings", [candidate(1, remaining: 20)], nil),
        ("not what the other has no room for", [candidate(1, blocks: 101)], nil),
    ])
    func candidates(requirement: String, candidates: [MoveDecision.Candidate], request: UInt64?) {
        let decision = MoveDecision(settings: DecodeBalanceSettings(), wantedBlocks: 8)
        // A millisecond for each token on its way, ten for each step.
        let move = decision.best(
            of: candidates,
            from: Self.worker("d1", room: 0.9, free: 0),
            to: Self.worker("d2", room: 0.3)
        ) { Double($0) * 1e-3 }
        #expect(move?.attempt.request == request.map(RouterScene.request), "\(requirement)")
    }

    @Test func aPairRestsAfterAMoveAndAWorkerMustBeFullForAWhile() throws {
        let settings = DecodeBalanceSettings()
        let workers = [Self.worker("d1", room: 0.9), Self.worker("d2", room: 0.1)]
        let decision = MoveDecision(settings: settings, wantedBlocks: 8)
        var planner = MovePlanner(settings: settings)
        func pairs(at milliseconds: Int) -> Int {
            planner.pairs(of: workers, decision, now: .zero + .milliseconds(milliseconds)).count
        }
        #expect(pairs(at: 0) == 0 && pairs(at: 400) == 0 && pairs(at: 500) == 1)
        let move = try #require(
            decision.best(of: [Self.candidate(1)], from: workers[0], to: workers[1]) { _ in 0 }
        )
        planner.ordered(move, now: .zero + .milliseconds(500))
        #expect(pairs(at: 600) == 0 && pairs(at: 2_400) == 0 && pairs(at: 2_500) == 1)
        _ = planner.pairs(of: [], decision, now: .zero + .milliseconds(2_600))
        #expect(pairs(at: 2_700) == 0, "who was not full in between begins anew")
    }

    // MARK: At the router

    /// One answer runs at d1, which is full; d2 has five of ten blocks left; a prompt that needs six waits.
    private func fullScene() -> RouterScene {
        var scene = RouterScene()
        for worker in ["p1", "d1", "d2"] { _ = scene.take(.register(worker)) }
        _ = scene.take(.submit(maxTokens: 12))
        _ = scene.take(.accept("d1"))
        _ = scene.take(.accept("p1"))
        _ = scene.take(.tokens("p1", at: 0, [10]))
        _ = scene.take(.tokens("d1", at: 0, [10, 11]))
        _ = scene.take(.end("p1"))
        _ = scene.take(.load("d1", used: 10))
        _ = scene.take(.load("d2", used: 5))
        return scene
    }

    @Test func anAnswerMovesToMakeRoomForOneThatWaits() {
        var scene = fullScene()
        #expect(scene.take(.wait(.seconds(2))) == [], "nobody waits: nothing moves")
        #expect(scene.take(.submit(request: 2, prompt: Array(1...20))) == [])
        #expect(scene.take(.wait(.milliseconds(450))) == [])
        #expect(scene.take(.wait(.milliseconds(200))) == ["preempt d1#1"])
        #expect(scene.take(.wait(.milliseconds(500))) == [], "one at a time")
        let placed = scene.take(.end("d1", failure: .preempted))
        #expect(
            placed == [
                "assign d2#2 decode from p1 [1, 2, 3, 10, 11]",
                "assign p1#2 prefill for d2 [1, 2, 3, 10, 11]",
            ]
        )
        #expect(
            scene.take(.load("d1", sequence: 1, used: 6)).isEmpty
                && scene.take(.load("d1", sequence: 2, used: 4)).first
                    == "assign d1#1 decode from p1 \(Array(1...20)) of 2"
        )
        #expect(scene.core.counters.moves == 1 && scene.core.counters.preemptions == 1)
        #expect(scene.core.counters.failedAttempts == 0)
    }

    @Test func withoutMovesNothingMoves() {
        var scene = RouterScene { $0.decode.moves = false }
        for worker in ["p1", "d1", "d2"] { _ = scene.take(.register(worker)) }
        _ = scene.take(.submit(maxTokens: 12))
        _ = scene.take(.tokens("d1", at: 0, [10]))
        _ = scene.take(.load("d1", used: 10))
        _ = scene.take(.load("d2", used: 5))
        _ = scene.take(.submit(request: 2, prompt: Array(1...20)))
        #expect(scene.take(.wait(.seconds(2))) == [])
    }

    /// What was given back goes on from what was emitted, with the KV of the worker that had it.
    @Test func whatWasGivenBackIsFetchedFromWhereItWas() throws {
        var scene = RouterScene {
            $0.placement.leastSaving = .zero
            $0.placement.fetchLatency = .zero
            $0.links.priorBytesPerSecond = 1e9
        }
        for worker in ["p1", "d1", "d2"] { _ = scene.take(.register(worker)) }
        _ = scene.take(.submit(maxTokens: 20))
        let output = (10..<20).map { TokenID($0) }
        _ = scene.take(.tokens("d1", at: 0, output))
        let submission = RouterScene.submission(1, prompt: [1, 2, 3], maxTokens: 20)
        let hashes = BlockHasher(key: submission.hashKey, blockTokens: 4).hashes(of: [1, 2, 3] + output)
        _ = scene.take(.load("d1", holds: hashes))
        _ = scene.take(.end("d1", failure: .preempted))
        let assigned = scene.actions.compactMap { action -> Assignment? in
            if case .assign(_, let assignment) = action { assignment } else { nil }
        }
        let again = assigned.suffix(2)
        #expect(
            again.map(\.preemptions) == [1, 1]
                && again.map(\.tokens) == [[1, 2, 3] + output, [1, 2, 3] + output]
        )
        let fetch = try #require(again.last?.fetch)
        #expect(fetch.source.worker == RouterScene.ref("d1") && fetch.blockCount == 3)
        #expect(scene.core.counters.failedAttempts == 0 && scene.core.counters.preemptions == 1)
        _ = scene.take(.cancel())
    }
}
