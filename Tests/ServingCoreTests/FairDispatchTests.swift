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

    @Test func `a slow worker computes for those for whom the queue of a fast one takes longer`() {
        func served(_ jobs: Int, isShared: Bool = true) -> (slow: Int, last: Duration) {
            var world = FairWorld(prefills: 1)
            if isShared { world.join("p9", slowdown: 8) }
            // 101 ms each on the fast worker, 801 ms on the slow one.
            world.run((0..<jobs).map { _ in Job(tenant: 1, tokens: 2_000) })
            return (world.fates.count { $0.worker == "p9" }, world.fates.compactMap(\.ttft).max() ?? .zero)
        }
        #expect(served(6).slow == 0, "the last one waits 0.5 s")
        let (alone, shared) = (served(40, isShared: false), served(40))
        #expect((3...6).contains(shared.slow), "\(shared.slow) of 40")
        #expect(shared.last < alone.last * 0.93, "\(shared.last) with it, \(alone.last) without")
    }

    @Test func `the polite tenant's request is not sent to a slow worker for the others' sake`() {
        var world = FairWorld(prefills: 1)
        world.join("p9", slowdown: 8)
        for _ in 0..<100 { world.submit(Job(tenant: 1, tokens: 2_000)) }
        world.advance(to: world.now + .milliseconds(850))
        let polite = world.submit(Job(tenant: 2, tokens: 2_000))
        world.advance(to: world.now + .milliseconds(500))
        #expect(world.fates[polite].worker == "p1" && world.fates[polite].ttft != nil)
        #expect(world.fates.contains { $0.worker == "p9" })
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

    @Test func `the polite tenant's request is sent past those of one that has a flood waiting`() {
        var world = FairWorld(prefills: 1)
        world.submit(Job(tenant: 2))
        // 0.2 s each; more than 8,192 is left waiting, so what is sent is beyond its tenant's share.
        for _ in 0..<10 { world.submit(Job(tenant: 1, tokens: 4_000)) }
        world.advance(to: world.now + .milliseconds(500))
        let batch = world.submit(Job(tenant: 3, tokens: 100, priority: .batch))
        #expect(world.fates[batch].worker == nil, "lower classes pass nobody")
        let polite = (0..<2).map { _ in world.submit(Job(tenant: 2, tokens: 4_000)) }
        #expect(world.fates[polite[0]].worker == "p1", "the running one does not count")
        #expect(world.fates[polite[1]].worker == nil, "0.2 s are enough in hand")
        world.advance(to: world.now + .milliseconds(650))
        #expect(polite.allSatisfy { world.fates[$0].ttft != nil })
        #expect(world.fates[1...10].count { $0.ttft != nil } <= 4)
    }

    @Test func `a flood leaves room for the answers of others, and takes all where there are none`() {
        for (others, served) in [(0, 10), (1, 7)] {
            var world = FairWorld(prefills: 1, decodeBlocks: 1_000)
            for _ in 0..<others { world.submit(Job(tenant: 2, tokens: 100)) }
            // 94 blocks each, 75 ms; the answers never end.
            for _ in 0..<30 { world.submit(Job(tenant: 1, tokens: 1_500, ends: false)) }
            world.advance(to: world.now + .seconds(2))
            #expect(world.fates.count { $0.worker != nil } == served + others, "\(others) others")
        }
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
