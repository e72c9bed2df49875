import Foundation
import ServingTypes
import Testing

@testable import ServingCore

/// What a flood of one tenant does to the others, on two prefill workers at a cost model.
@Suite struct FairnessLoadTests {
    /// Poisson arrivals of one tenant: `load` is its share of what the two workers can compute.
    static func jobs(
        tenant: UInt64,
        load: Double,
        seconds: Double,
        groups: Int,
        _ random: inout SplitMix64
    ) -> [FairWorld.Job] {
        let meanTokens = 1_300.0
        let rate = load * 2 * FairWorld.tokensPerSecond / meanTokens
        var jobs: [FairWorld.Job] = []
        var time = 0.0
        while true {
            time -= log(Double(random.int(in: 1...1_000_000)) / 1_000_000) / rate
            guard time < seconds else { return jobs }
            var job = FairWorld.Job(tenant: tenant, at: .fromSeconds(time))
            job.tokens = random.int(in: 600...2_000)
            if groups > 0 {
                (job.group, job.prefixTokens) = (Int(tenant) * 100 + random.int(in: 0...groups - 1), 512)
            }
            jobs.append(job)
        }
    }

    static func mix(_ loads: [Double], seconds: Double = 120, groups: Int, seed: UInt64) -> [FairWorld.Job] {
        var jobs: [FairWorld.Job] = []
        for (tenant, load) in loads.enumerated() {
            // A tenant's requests do not depend on what the others send.
            var random = SplitMix64(seed: seed &+ UInt64(tenant) &* 1_000)
            jobs += Self.jobs(tenant: UInt64(tenant), load: load, seconds: seconds, groups: groups, &random)
        }
        return jobs.sorted { ($0.at, $0.tenant) < ($1.at, $1.tenant) }
    }

    static func world(_ jobs: [FairWorld.Job], _ policy: FairnessPolicy = .fair) -> FairWorld {
        var world = FairWorld {
            $0.fairness.policy = policy
            $0.fairness.dispatchAhead = FairnessSettings().dispatchAhead
            // As long as clients wait; a flood is mostly refused in the end.
            $0.maxWaiting = 1_024
            $0.limits.queueTimeout = .seconds(30)
        }
        world.run(jobs)
        return world
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func `a tenant that sends ten times its share does not slow the others down`(seed: UInt64) {
        let share = 0.75 / 4
        let before = Self.world(Self.mix([share, share, share, share], groups: 0, seed: seed))
        let flooded = Self.mix([share * 10, share, share, share], groups: 0, seed: seed)
        let after = Self.world(flooded)
        let first = Self.world(flooded, .fcfs)
        var rises: [Double] = []
        for tenant in 1...3 as ClosedRange<UInt64> {
            let base = before.ttft(of: tenant, quantile: 0.9)
            let (fair, fcfs) = (after.ttft(of: tenant, quantile: 0.9), first.ttft(of: tenant, quantile: 0.9))
            print("seed \(seed) tenant \(tenant): P90 TTFT \(base) ms, flooded \(fair) ms, FCFS \(fcfs) ms")
            rises.append(fair / base)
            #expect(fcfs > base * 3, "seed \(seed): without turns the flood would be felt")
        }
        // One tenant's P90 swings by a fifth between equal runs: what counts is their mean.
        #expect(rises.reduce(0, +) / 3 <= 1.2, "seed \(seed): \(rises)")
        #expect(!after.idledInVain, "seed \(seed)")
        let polite = zip(flooded, after.fates).filter { $0.0.tenant > 0 }
        #expect(polite.allSatisfy { $0.1.failure == nil }, "seed \(seed): only the flood is refused")
    }

    /// The flood's own prefixes are always the warmest: going by hits alone, the others would wait for it.
    @Test(arguments: [UInt64(1), 4, 5])
    func `a flood with warm prefixes is felt little, and turns cost few prefix hits`(seed: UInt64) {
        let share = 0.75 / 4
        let quiet = Self.world(Self.mix([share, share, share, share], seconds: 60, groups: 10, seed: seed))
        let jobs = Self.mix([share * 10, share, share, share], seconds: 60, groups: 10, seed: seed)
        let (fair, first) = (Self.world(jobs), Self.world(jobs, .fcfs))
        // With one tenant for all there are no turns: the longest prefix first, whoever sent it.
        let longest = Self.world(
            jobs.map { job in
                var job = job
                job.tenant = 9
                return job
            }
        )
        func hits(_ world: FairWorld) -> Double {
            let served = zip(jobs, world.fates).filter { $0.1.ttft != nil }
            return Double(world.hitTokens) / Double(max(1, served.count))
        }
        let rises = (1...3 as ClosedRange<UInt64>).map { tenant in
            fair.ttft(of: tenant, quantile: 0.9) / quiet.ttft(of: tenant, quantile: 0.9)
        }
        print(
            "seed \(seed): P90 TTFT rises by \(rises); hit tokens per answer: fair \(hits(fair)), "
                + "FCFS \(hits(first)), longest prefix first \(hits(longest))"
        )
        #expect(rises.reduce(0, +) / 3 <= 1.25, "seed \(seed)")
        #expect(hits(fair) >= 0.9 * hits(first), "seed \(seed)")
        #expect(hits(fair) >= 0.8 * hits(longest), "seed \(seed)")
    }

    /// On average: within twenty seconds it depends on who finds which prefix.
    @Test func `what tenants that wait are served follows their weights`() {
        let seeds = 6...13 as ClosedRange<UInt64>
        let shares = seeds.map(Self.servedByWeight)
        let count = Double(seeds.count)
        let (second, third) = (
            shares.reduce(0) { $0 + $1.second } / count, shares.reduce(0) { $0 + $1.third } / count
        )
        #expect(abs(second - 2) < 0.3 && abs(third - 4) < 0.6, "\(shares)")
    }

    /// What tenants of weights 2 and 4 are served, relative to one of weight 1.
    private static func servedByWeight(seed: UInt64) -> (second: Double, third: Double) {
        let weights = [1, 2, 4]
        var jobs = Self.mix([2, 2, 2], seconds: 20, groups: 4, seed: seed)
        for index in jobs.indices { jobs[index].weight = weights[Int(jobs[index].tenant)] }
        var world = FairWorld()
        let start = world.now
        var computed = [0.0, 0.0, 0.0]
        for job in jobs {
            world.advance(to: start + job.at)
            world.submit(job)
        }
        for (job, fate) in zip(world.jobs, world.fates) where fate.ttft != nil {
            computed[Int(job.tenant)] += Double(job.tokens)
        }
        // Of equal mixes: tokens served are as good as tokens computed.
        return (computed[1] / computed[0], computed[2] / computed[0])
    }
}
