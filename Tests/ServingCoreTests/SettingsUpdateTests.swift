import ServingTypes
import Testing

@testable import ServingCore

/// Settings that change while requests run: nothing in flight is lost, and nothing else changes.
@Suite struct SettingsUpdateTests {
    /// A life of a router with answers, refusals, a lost worker, moves of the load and requests that wait.
    private static let steps: [RouterScene.Step] = [
        .register("p1"), .register("d1"), .register("d2"), .load("p1"), .load("d1"), .load("d2"),
        .submit(), .accept("p1"), .accept("d1"), .submit(request: 2), .submit(request: 3, prompt: [4, 5]),
        .tokens("p1", at: 0, [7]), .wait(.milliseconds(200)), .refuse("d2", request: 2),
        .tokens("d1", at: 1, [8]), .load("d1", sequence: 1, used: 9), .wait(.seconds(1)), .lose("d1"),
        .accept("p1", attempt: 2), .accept("d2", attempt: 2), .tokens("d2", attempt: 2, at: 2, [9]),
        .cancel(request: 3), .tokens("d2", attempt: 2, at: 3, [10], finish: .length), .end("d2", attempt: 2),
        .wait(.seconds(40)),
    ]

    @Test("the same settings again change no action", arguments: [false, true])
    func same(allowsLocalPrefill: Bool) {
        var plain = RouterScene(allowsLocalPrefill: allowsLocalPrefill)
        var updated = RouterScene(allowsLocalPrefill: allowsLocalPrefill)
        for (index, step) in Self.steps.enumerated() {
            let expected = plain.take(step)
            #expect(updated.take(step) == expected, "step \(index)")
            #expect(updated.core.update(updated.core.settings, now: updated.now).isEmpty, "step \(index)")
        }
        #expect(plain.actions.count > 10 && plain.core.requestCount == updated.core.requestCount)
        #expect(plain.core.counters == updated.core.counters)
    }

    @Test("who waits gets a place that the new settings allow")
    func waiting() {
        var scene = RouterScene(allowsLocalPrefill: false)
        for step in [RouterScene.Step.register("d1"), .load("d1"), .submit()] {
            #expect(scene.take(step) == [])
        }
        #expect(scene.core.waitingCount == 1)
        var settings = scene.core.settings
        settings.placement.allowsLocalPrefill = true
        let actions = scene.core.update(settings, now: scene.now)
        guard case .assign(let worker, let assignment)? = actions.first, case .whole = assignment.part else {
            Issue.record("\(actions)")
            return
        }
        #expect(worker == RouterScene.ref("d1") && scene.core.waitingCount == 0)
    }

    @Test("what the state was made by stays: layout, prior rate, size of the prefix index")
    func fixed() {
        var scene = RouterScene()
        let before = scene.core.settings
        let other = KVLayout(layerCount: 4, kvHeadCount: 2, headDim: 16, type: .f32, blockTokens: 8)
        var settings = RouterCoreSettings(layout: other)
        settings.links.priorBytesPerSecond = 7
        settings.prefixHashLimit = 3
        settings.maxWaiting = 5
        _ = scene.core.update(settings, now: scene.now)
        #expect(scene.core.settings.placement.layout == before.placement.layout)
        #expect(scene.core.settings.links.priorBytesPerSecond == before.links.priorBytesPerSecond)
        #expect(scene.core.settings.prefixHashLimit == before.prefixHashLimit)
        #expect(scene.core.settings.maxWaiting == 5)
    }

    @Test("a tenant's new limits count at once, and what it has and has used is known")
    func tenants() {
        var world = FairWorld(prefills: 1)
        let job = FairWorld.Job(tenant: 1, tokens: 1_000)
        for _ in 0..<3 { world.submit(job) }
        func limit(_ change: (inout TenantShare) -> Void) {
            var settings = world.core.settings
            var share = settings.fairness.share(of: TenantTag(rawValue: 1))
            change(&share)
            settings.fairness.tenants[TenantTag(rawValue: 1)] = share
            _ = world.core.update(settings, now: world.now)
        }
        limit { $0.maxInFlight = 3 }
        let refused = world.submit(job)
        #expect(world.fates[refused].failure == .noCapacity, "three are in progress")
        limit { $0.maxInFlight = 4 }
        let taken = world.submit(job)
        #expect(world.fates[taken].failure == nil)
        // A first limit on tokens begins with all of it; a higher one adds the difference.
        limit { ($0.maxInFlight, $0.tokensPerMinute) = (nil, 1_500) }
        let first = world.submit(job)
        let second = world.submit(job)
        let third = world.submit(job)
        #expect(world.fates[first].failure == nil && world.fates[second].failure == nil)
        #expect(world.fates[third].failure == .noCapacity, "2000 of 1500 tokens are used")
        limit { $0.tokensPerMinute = 2_400 }
        let fourth = world.submit(job)
        let fifth = world.submit(job)
        #expect(world.fates[fourth].failure == nil, "400 are left")
        #expect(world.fates[fifth].failure == .noCapacity)
        world.advance(to: world.now + .seconds(5))
        let done = world.fates.count { $0.ttft != nil }
        #expect(done == world.fates.count { $0.failure == nil }, "nothing was lost on the way")
    }

    @Test("a lane serves everything once and in turn, whatever becomes of its quantum", arguments: 0..<200)
    func quantum(seed: UInt64) {
        var random = PlacementPropertyTests.Chance(state: seed)
        var lane = FairLane(FairTurnSize(quantum: 100, locality: 10))
        var items: [RequestID: FairRequest] = [:]
        var served = 0
        for arrival in 0..<120 as Range<UInt64> {
            let given = FairLaneTests.Given(
                tenant: UInt64.random(in: 1...4, using: &random),
                cost: Int.random(in: 1...300, using: &random),
                weight: 1,
                isShort: Bool.random(using: &random)
            )
            let item = FairLaneTests.item(given, arrival: arrival)
            items[item.request] = item
            lane.insert(item)
            if Int.random(in: 0..<3, using: &random) == 0 {
                lane.update(
                    FairTurnSize(
                        quantum: Int.random(in: 1...2_000, using: &random),
                        locality: Int.random(in: 1...500, using: &random)
                    )
                )
            }
            guard Bool.random(using: &random) else { continue }
            guard let request = lane.next(allowsLong: true, allowsShort: true), let next = items[request]
            else {
                Issue.record("seed \(seed): nobody is next of \(items.count)")
                return
            }
            items[request] = nil
            lane.remove(next, isServed: true)
            lane.charge(next.tenant, weight: next.weight, next.cost)
            served += 1
        }
        while let request = lane.next(allowsLong: true, allowsShort: true), let next = items[request] {
            items[request] = nil
            lane.remove(next, isServed: true)
            lane.charge(next.tenant, weight: next.weight, next.cost)
            served += 1
        }
        #expect(served == 120 && items.isEmpty && lane.count == 0 && lane.cost == 0, "seed \(seed)")
    }

    @Test("a worker goes on with what it has, in steps of the new size")
    func worker() throws {
        var pair = WorkerPair()
        pair.assignBoth(prompt: 20, maxTokens: 3)
        let first = pair.prefill.nextStep(now: pair.now)
        let plan = try #require(first)
        var settings = pair.prefill.settings
        let (role, budget) = (settings.role, settings.stepTokens)
        #expect(plan.tokenCount == budget)
        // While the engine works: the step that runs ends as it was planned.
        settings.stepTokens = 3
        settings.maxWaiting = 1
        settings.role = .decode
        settings.decode.reserve = .expected
        pair.prefill.update(settings)
        pair.decode.update(settings)
        pair.route(pair.prefill.finishStep(plan, sampled: [nil], now: pair.now), from: .prefill)
        let second = pair.prefill.nextStep(now: pair.now)
        let next = try #require(second)
        #expect(next.tokenCount == 3)
        pair.route(pair.prefill.finishStep(next, sampled: [nil], now: pair.now), from: .prefill)
        #expect(pair.prefill.settings.role == role && pair.prefill.settings.decode.reserve == .whole)
        pair.prefillAll()
        pair.landAll()
        while pair.decodeStep() {}
        #expect(pair.tokens.map(\.finish).last == .length && pair.ended.map(\.failure) == [nil, nil])
        #expect(pair.owedBlocks == 0 && pair.prefill.isIdle && pair.decode.isIdle)
    }
}
