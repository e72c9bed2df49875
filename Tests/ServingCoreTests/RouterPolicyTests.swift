import ServingCore
import ServingTypes
import Testing

/// What the router's core does with a policy, and what it notes of its decisions.
@Suite struct RouterPolicyTests {
    private static func scene(_ policy: PlacementPolicyKind) -> RouterScene {
        RouterScene { $0.placement.policy = policy }
    }

    private static func record(in scene: RouterScene) throws -> RequestRecord {
        try #require(
            scene.actions.compactMap { action in
                if case .record(let record) = action { record } else { nil }
            }.last
        )
    }

    @Test func `round robin goes on from request to request, past who is gone`() {
        var scene = Self.scene(.roundRobin)
        for worker in ["p1", "p2", "p3", "d1", "d2"] { _ = scene.take(.register(worker)) }
        var prefills: [String] = []
        for number in 1...4 as ClosedRange<UInt64> {
            if number == 3 { _ = scene.take(.lose("p3")) }
            _ = scene.take(.submit(request: number))
            let plan = scene.core.request(RouterScene.request(number))?.plan?.plan
            prefills.append("\(plan?.prefill?.id.rawValue ?? "none") \(plan?.decode.id.rawValue ?? "none")")
        }
        #expect(prefills == ["p1 d1", "p2 d2", "p1 d1", "p2 d2"])
    }

    @Test func `a record says what was considered and why`() throws {
        var scene = Self.scene(.leastLoaded)
        for worker in ["p1", "p2", "d1"] { _ = scene.take(.register(worker)) }
        _ = scene.take(.submit())
        let running = scene.core.attempts(of: RouterScene.request(1))
        #expect(running.count == 1 && running.first?.failure == nil)
        for worker in ["d1", "p1"] { _ = scene.take(.accept(worker)) }
        _ = scene.take(.tokens("p1", at: 0, [5]))
        _ = scene.take(.tokens("d1", at: 1, [6, 7, RouterScene.endToken], finish: .stop))
        for worker in ["d1", "p1"] { _ = scene.take(.end(worker)) }
        let record = try Self.record(in: scene)
        let attempt = try #require(record.attempts.first)
        let expected = PlacementBasis(policy: .leastLoaded, reason: .leastLoaded, planCount: 2, tokens: 3)
        #expect(attempt.basis == expected)
        #expect(attempt.alternatives.map(\.plan.prefill?.id.rawValue) == ["p2"])
        #expect(attempt.chosen.inputs.freeBlocks == 10 && attempt.chosen.inputs.linkBytesPerSecond > 0)
        #expect(running.first?.chosen == attempt.chosen)
        #expect(scene.core.attempts(of: RouterScene.request(1)).isEmpty)
    }
}
