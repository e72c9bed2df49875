import ServingTypes
import Testing

@testable import ServingCore

/// What a router makes of workers that change their roles.
@Suite struct RouterRoleTests {
    static func registration(_ name: String, _ role: WorkerRole) -> WorkerRegistration {
        var registration = RouterScene.registration(name)
        registration.role = role
        return registration
    }

    static let hashes = (0..<3).map { BlockHash(rawValue: Bytes128(high: 9, low: UInt64($0))) }

    @Test func `a changed worker takes the work of its new role and keeps its prefixes`() {
        var scene = RouterScene()
        for worker in ["p1", "d1", "d2"] { _ = scene.take(.register(worker)) }
        _ = scene.take(.load("d1", holds: Self.hashes))
        let changed = RouterEvent.roleChanged(Self.registration("d1", .prefill))
        #expect(scene.core.handle(changed, now: scene.now).isEmpty)
        #expect(scene.core.workers.map(\.registration.role) == [.prefill, .decode, .prefill])
        #expect(scene.core.counters.lostWorkers == 0)
        // The prompt goes where its prefix is.
        let words = scene.take(.submit(prompt: Array(1...13), hashes: Self.hashes))
        #expect(words.first?.hasPrefix("assign d2#1 decode from d1") == true, "\(words)")
    }

    @Test func `waiting requests go on when a worker takes the missing role`() {
        var scene = RouterScene()
        for worker in ["d1", "d2"] { _ = scene.take(.register(worker)) }
        #expect(scene.take(.submit()) == [])
        let actions = scene.core.handle(.roleChanged(Self.registration("d2", .prefill)), now: scene.now)
        #expect(actions.count == 2 && scene.core.waitingCount == 0)
    }

    @Test func `a changed worker that nobody knows any more counts as new`() {
        var scene = RouterScene()
        _ = scene.core.handle(.roleChanged(Self.registration("d1", .prefill)), now: .zero)
        #expect(scene.core.workers.map(\.registration.role) == [.prefill])
    }

    /// One prefill worker, five decode workers, prompts that keep the one busy.
    @Test(arguments: [PoolBalanceMode.off, .advise, .on])
    func `an unbalanced cluster is told apart, and changed when that is on`(mode: PoolBalanceMode) {
        var scene = RouterScene { settings in
            settings.pools.mode = mode
            settings.pools.actAbove = 0
        }
        for worker in ["p1", "d1", "d2", "d3", "d4", "d5"] { _ = scene.take(.register(worker)) }
        var orders: [String] = []
        for second in 1...60 {
            let request = UInt64(second)
            _ = scene.take(.submit(request: request, prompt: Array(1...30), maxTokens: 2))
            let worker =
                scene.core.request(RouterScene.request(request))?.plan?.plan.decode.id.rawValue ?? "d1"
            _ = scene.take(.tokens("p1", at: 0, [7], request: request))
            _ = scene.take(.end("p1", request: request))
            _ = scene.take(.tokens(worker, at: 0, [7, 8], finish: .length, request: request))
            _ = scene.take(.end(worker, request: request))
            for action in scene.core.steer(now: scene.now) {
                if case .setRole(let worker, let role) = action { orders.append("\(worker.id) \(role.name)") }
            }
            _ = scene.take(.wait(.seconds(1)))
        }
        let report = scene.core.pools
        #expect(report.pools.map(\.role) == [.prefill, .decode], "\(report)")
        #expect(report.pools.allSatisfy { $0.capacity > 0 && abs($0.demand - 1) < 0.2 }, "\(report.pools)")
        #expect((report.advice != nil) == (mode != .off), "\(report.verdict)")
        #expect(orders == (mode == .on ? ["d1 prefill"] : []), "\(orders) \(report)")
        #expect(report.roleChanges == orders.count)
    }

    @Test func `thresholds are found for every decode worker in turn`() {
        var scene = RouterScene(allowsLocalPrefill: true)
        for worker in ["p1", "d1", "d2", "d3", "d4", "d5"] { _ = scene.take(.register(worker)) }
        for _ in 0..<3 {
            _ = scene.core.steer(now: scene.now)
            _ = scene.take(.wait(.seconds(1)))
        }
        #expect(scene.core.pools.thresholds.map(\.decode.rawValue) == ["d1", "d2", "d3", "d4", "d5"])
        _ = scene.take(.lose("d3"))
        for _ in 0..<8 {
            _ = scene.core.steer(now: scene.now)
            _ = scene.take(.wait(.seconds(1)))
        }
        #expect(scene.core.pools.thresholds.map(\.decode.rawValue) == ["d1", "d2", "d4", "d5"])
    }
}
