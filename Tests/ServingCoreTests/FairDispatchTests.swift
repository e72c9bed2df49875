import ServingTypes
import Testing

@testable import ServingCore

/// How much work workers get ahead, and who is refused.
@Suite struct FairDispatchTests {
    typealias Job = FairWorld.Job

    @Test func `a request that finds a worker free is placed at once`() {
        var world = FairWorld()
        for (number, priority) in RequestPriority.allCases.prefix(2).enumerated() {
            #expect(world.submit(Job(tenant: 1, priority: priority)) == number)
            #expect(world.fates[number].worker != nil, "\(priority)")
        }
        #expect(world.core.waitingCount == 0)
    }

    @Test func `workers get so much ahead and no more`() {
        var world = FairWorld(prefills: 1)
        // 41 ms each: a further one is sent while the worker is done within 100 ms.
        for _ in 0..<6 { world.submit(Job(tenant: 1, tokens: 800)) }
        #expect(world.fates.count { $0.worker != nil } == 3)
        world.advance(to: world.now + .milliseconds(42))
        #expect(world.fates.count { $0.worker != nil } == 4, "one more for the one that ended")
        world.advance(to: world.now + .seconds(1))
        #expect(world.fates.allSatisfy { $0.ttft != nil } && !world.idledInVain)
    }

    @Test func `without a policy everything is sent as soon as there is room`() {
        var world = FairWorld(prefills: 1) { $0.fairness.policy = .fcfs }
        for _ in 0..<20 { world.submit(Job(tenant: 1, tokens: 5_000)) }
        #expect(world.fates.allSatisfy { $0.worker != nil })
    }

    @Test func `a long prompt holds up long ones only, and the next comes before it ends`() {
        var world = FairWorld(prefills: 1)
        let long = (0..<2).map { _ in world.submit(Job(tenant: 1, tokens: 40_000)) }
        let short = (0..<3).map { _ in world.submit(Job(tenant: 1, tokens: 200)) }
        #expect(world.fates[long[0]].worker != nil && world.fates[long[1]].worker == nil)
        #expect(short.allSatisfy { world.fates[$0].worker != nil }, "11 ms each pass")
        // The first ends after 2,001 ms; the workers here run it before the short ones.
        world.advance(to: world.now + .milliseconds(1_990))
        #expect(world.fates[long[1]].worker != nil, "sent before the worker runs dry")
        #expect(world.fates[long[0]].ttft == nil)
    }

    @Test func `lower classes fill only what is idle`() {
        var world = FairWorld(prefills: 2)
        for _ in 0..<2 { world.submit(Job(tenant: 1, tokens: 4_000)) }
        let batch = world.submit(Job(tenant: 1, priority: .batch))
        let best = world.submit(Job(tenant: 1, priority: .bestEffort))
        #expect(world.fates[batch].worker == nil && world.fates[best].worker == nil)
        let urgent = world.submit(Job(tenant: 1))
        #expect(world.fates[urgent].worker != nil, "interactive ones are sent ahead")
        #expect(world.core.fairnessFigures.waiting == [.interactive: 0, .batch: 1, .bestEffort: 1])
        world.advance(to: world.now + .seconds(2))
        #expect(world.fates[batch].ttft != nil && world.fates[best].ttft != nil)
    }

    @Test func `the polite tenant's request is next, however many others wait`() {
        var world = FairWorld(prefills: 1)
        for _ in 0..<200 { world.submit(Job(tenant: 1)) }
        world.advance(to: world.now + .milliseconds(500))
        let polite = world.submit(Job(tenant: 2))
        world.advance(to: world.now + .milliseconds(450))
        #expect(world.fates[polite].ttft != nil, "after what was sent ahead and a turn of the other")
        #expect(world.fates.prefix(200).count { $0.ttft != nil } < 30)
    }

    @Test func `what fits nowhere is refused, unless a worker that could hold it was there`() {
        var world = FairWorld()
        let hopeless = world.submit(Job(tenant: 1, tokens: 200_000))
        #expect(world.fates[hopeless].failure == .badRequest)
        #expect(world.core.fairnessFigures.refused == [.neverFits: 1])
        for role in [WorkerRole.prefill, .decode] {
            let name = role == .prefill ? "p9" : "d9"
            world.tell(.registered(FairWorld.registration(name, role, blocks: 20_000)))
            world.tell(.lost(FairWorld.ref(name)))
        }
        world.advance(to: world.now + .seconds(5))
        let waiting = world.submit(Job(tenant: 1, tokens: 200_000))
        #expect(world.fates[waiting].failure == nil && world.core.waitingCount == 1)
    }

    @Test func `a cluster that starts is given time for its larger workers`() {
        var world = FairWorld()
        world.tell(.registered(FairWorld.registration("p8", .prefill, blocks: 11_000)))
        world.tell(.registered(FairWorld.registration("d8", .decode, blocks: 11_000)))
        let early = world.submit(Job(tenant: 1, tokens: 200_000))
        #expect(world.fates[early].failure == nil)
        world.advance(to: world.now + .seconds(3))
        #expect(world.fates[early].failure == .badRequest)
    }

    @Test func `of a full queue the newest of the longest goes, and is told when to come back`() {
        var world = FairWorld(prefills: 1) { $0.maxWaiting = 50 }
        for _ in 0..<53 { world.submit(Job(tenant: 1, tokens: 2_000)) }
        #expect(world.core.waitingCount <= 50)
        let before = world.fates.count { $0.failure != nil }
        let polite = world.submit(Job(tenant: 2, tokens: 2_000))
        #expect(world.fates[polite].failure == nil)
        let refused = world.fates.filter { $0.failure != nil }
        #expect(refused.count == before + 1 && refused.allSatisfy { $0.failure == .noCapacity })
        // 50 prompts of 100 ms are before it.
        let wait = refused.last?.retryAfter ?? .zero
        #expect(wait > .seconds(3) && wait < .seconds(8), "\(wait)")
    }

    @Test func `a tenant's own limits bind it and nobody else`() {
        var world = FairWorld(prefills: 1) { settings in
            settings.fairness.tenants = [
                TenantTag(rawValue: 1): TenantShare(maxInFlight: 2),
                TenantTag(rawValue: 2): TenantShare(maxWaiting: 1),
                TenantTag(rawValue: 3): TenantShare(tokensPerMinute: 1_200),
            ]
        }
        for tenant in 1...4 as ClosedRange<UInt64> {
            for _ in 0..<5 { world.submit(Job(tenant: tenant)) }
        }
        let failed = (0..<4).map { tenant in
            world.fates[tenant * 5..<tenant * 5 + 5].count { $0.failure != nil }
        }
        #expect(failed == [3, 4, 3, 0])
        #expect(
            world.core.fairnessFigures.refused == [.tenantInFlight: 3, .tenantWaiting: 4, .tenantTokens: 3]
        )
        // 2,000 of 1,200 tokens are used: 40 s until there is one again.
        let wait = world.fates[14].retryAfter ?? .zero
        #expect(wait > .seconds(39) && wait < .seconds(41), "\(wait)")
        world.advance(to: world.now + .seconds(45))
        #expect(world.core.requestCount == 0)
        let again = world.submit(Job(tenant: 3))
        #expect(world.fates[again].failure == nil)
        #expect(world.core.fairnessFigures.tenants[TenantTag(rawValue: 3)]?.inFlight == 1)
        #expect(world.core.fairnessFigures.tenants[TenantTag(rawValue: 1)]?.served.computed == 2_000)
    }

    @Test(arguments: [true, false])
    func `a request whose TTFT limit cannot be met is refused if the settings say so`(rejects: Bool) {
        var world = FairWorld(prefills: 1) { $0.fairness.rejectsOverTTFT = rejects }
        let slow = world.submit(Job(tenant: 1, tokens: 4_000, ttftLimit: .milliseconds(100)))
        #expect((world.fates[slow].failure == .noCapacity) == rejects)
        let quick = world.submit(Job(tenant: 1, ttftLimit: .milliseconds(900)))
        #expect(world.fates[quick].failure == nil)
        for _ in 0..<40 { world.submit(Job(tenant: 1)) }
        let late = world.submit(Job(tenant: 1, ttftLimit: .milliseconds(900)))
        #expect((world.fates[late].failure == .noCapacity) == rejects)
    }

    @Test func `the length of answers is expected and told to the workers`() {
        var world = FairWorld()
        for _ in 0..<10 {
            world.submit(Job(tenant: 1))
            world.advance(to: world.now + .seconds(1))
        }
        world.submit(Job(tenant: 1))
        let told = world.workers.compactMap(\.running?.assignment.terms.expectedOutput)
        #expect(told == [1])
    }

    @Test func `a tag is the same in every process, and no two names share one`() {
        #expect(TenantTag(name: "alice").rawValue == TenantTag(name: "alice").rawValue)
        #expect(TenantTag(name: "") != .none && TenantTag(name: "default") != .none)
        let tags = Set((0..<10_000).map { TenantTag(name: "tenant-\($0)") })
        #expect(tags.count == 10_000)
    }
}
