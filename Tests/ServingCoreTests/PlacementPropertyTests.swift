import ServingCore
import ServingTypes
import Testing

/// What holds for every cluster; a failure prints its seed.
@Suite struct PlacementPropertyTests {
    /// SplitMix64, so that a seed means the same everywhere.
    struct Chance: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var z = state
            z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
            z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
            return z ^ (z >> 31)
        }

        mutating func int(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }
    }

    /// A cluster in which many workers are equal, so that ties are common.
    static func cluster(_ chance: inout Chance, workers: Int) -> [PlacementWorker] {
        (0..<workers).map { index in
            PlacementTests.worker(index.isMultiple(of: 2) ? "p\(index)" : "d\(index)") { worker in
                worker.queuedTokens = chance.int(0...2) * 700
                worker.usedBlocks = chance.int(0...3) * 300
                worker.sequences = chance.int(0...8)
                worker.isDraining = chance.int(0...9) == 0
                worker.site = ["", "here", "there"][chance.int(0...2)]
                worker.codecs = codecs.filter { _ in chance.int(0...2) > 0 }
                for peer in 0..<workers where chance.int(0...2) == 0 {
                    let name = peer.isMultiple(of: 2) ? "p\(peer)" : "d\(peer)"
                    let rate = Double(chance.int(1...3)) * 1e7
                    worker.paths.merge(PlacementTests.path(name, rate)) { $1 }
                }
            }
        }
    }

    static let codecs = [
        KVCodecRate(codec: .q8, encodeBytesPerSecond: 4e8, decodeBytesPerSecond: 5e8, sizeRatio: 0.53),
        KVCodecRate(codec: .cachegen, encodeBytesPerSecond: 1e8, decodeBytesPerSecond: 9e7, sizeRatio: 0.2),
    ]

    static func request(_ chance: inout Chance, _ workers: [PlacementWorker]) -> PlacementRequest {
        var request = PlacementRequest(tokens: chance.int(1...4_000), capacityTokens: 4_200)
        for worker in workers {
            if chance.int(0...3) == 0 { request.hitBlocks[worker.ref.id] = chance.int(1...100) }
            if chance.int(0...9) == 0 { request.avoided.insert(worker.ref.id) }
            if chance.int(0...9) == 0 { request.failures[worker.ref.id] = chance.int(1...2) }
        }
        request.quality.codecs += codecs.map(\.codec).filter { _ in chance.int(0...1) == 0 }
        if chance.int(0...3) == 0 { request.quality.budget = KVBudget(tokens: chance.int(70...3_000)) }
        return request
    }

    @Test(arguments: 0..<200)
    func theChoiceDependsOnValuesOnly(seed: Int) {
        var chance = Chance(state: UInt64(seed))
        let workers = Self.cluster(&chance, workers: chance.int(1...60))
        let request = Self.request(&chance, workers)
        let placement = Placement(settings: PlacementSettings(layout: PlacementTests.layout))
        let cluster = ClusterSnapshot(workers: workers)
        let plans = placement.place(request, in: cluster)
        var rebuilt = request
        rebuilt.hitBlocks = Dictionary(uniqueKeysWithValues: request.hitBlocks.shuffled(using: &chance))
        rebuilt.hitBlocks.reserveCapacity(1_000)
        rebuilt.avoided = Set(request.avoided.shuffled(using: &chance))
        var shuffled = cluster
        shuffled.workers.shuffle(using: &chance)
        #expect(placement.place(rebuilt, in: shuffled) == plans, "seed \(seed)")
    }

    @Test(arguments: 0..<200)
    func everyPlanIsPossibleAndTheBestComesFirst(seed: Int) {
        var chance = Chance(state: UInt64(seed) &+ 1 << 32)
        let workers = Self.cluster(&chance, workers: chance.int(1...200))
        let request = Self.request(&chance, workers)
        let settings = PlacementSettings(layout: PlacementTests.layout)
        let placement = Placement(settings: settings)
        let plans = placement.place(request, in: ClusterSnapshot(workers: workers))
        #expect(plans.count <= settings.maxPlans, "seed \(seed)")
        #expect(plans == plans.sorted(), "seed \(seed)")
        #expect(
            plans.isEmpty == (placement.obstacle(to: request, in: ClusterSnapshot(workers: workers)) != nil)
        )
        let known = Dictionary(uniqueKeysWithValues: workers.map { ($0.ref, $0) })
        for plan in plans {
            for ref in [plan.plan.decode, plan.plan.prefill].compactMap(\.self) {
                #expect(known[ref]?.isDraining == false && !request.avoided.contains(ref.id), "seed \(seed)")
            }
            #expect(known[plan.plan.decode]?.role == .decode, "seed \(seed)")
            #expect(plan.plan.prefill.map { known[$0]?.role == .prefill } ?? true, "seed \(seed)")
            #expect(plan.predictedTTFT > .zero && plan.predictedGap > .zero, "seed \(seed)")
        }
    }

    @Test(arguments: 0..<200)
    func everyFetchCodecAndBudgetIsAllowed(seed: Int) {
        var chance = Chance(state: UInt64(seed) &+ 3 << 32)
        let workers = Self.cluster(&chance, workers: chance.int(1...60))
        let request = Self.request(&chance, workers)
        let known = Dictionary(uniqueKeysWithValues: workers.map { ($0.ref, $0) })
        let placement = Placement(settings: PlacementSettings(layout: PlacementTests.layout))
        let (held, budget) = (request.hitBlocks, request.quality.budget)
        for scored in placement.place(request, in: ClusterSnapshot(workers: workers)) {
            let plan = scored.plan
            let isSelected = plan.prefill != nil && request.tokens > budget?.tokens ?? .max
            #expect(plan.budget == (isSelected ? budget : nil), "seed \(seed)")
            #expect(request.quality.codecs.contains(plan.codec), "seed \(seed)")
            var ends = [plan.decode, plan.prefill].compactMap(\.self)
            if let fetch = plan.fetch {
                let source = fetch.source.worker
                #expect(source != plan.computing && request.failures[source.id] == nil, "seed \(seed)")
                #expect(fetch.blockCount <= held[source.id, default: 0], "seed \(seed)")
                #expect(fetch.blockCount * 16 < request.tokens, "seed \(seed)")
                #expect(scored.hitTokens + scored.fetchedTokens == fetch.blockCount * 16, "seed \(seed)")
                #expect(scored.predictedFetch > .zero, "seed \(seed)")
                ends.append(source)
            }
            #expect((scored.fetchedTokens > 0) == (plan.fetch != nil), "seed \(seed)")
            guard plan.codec != .raw else { continue }
            #expect(ends.count > 1, "seed \(seed): a codec although nothing crosses")
            for end in ends {
                #expect(known[end]?.codecs.contains { $0.codec == plan.codec } == true, "seed \(seed)")
            }
        }
    }

    /// More ways to carry a pair out can only make it faster.
    @Test(arguments: 0..<100)
    func noPairGetsSlowerByFetchesOrCodecs(seed: Int) {
        var chance = Chance(state: UInt64(seed) &+ 4 << 32)
        let workers = Self.cluster(&chance, workers: chance.int(1...20))
        let cluster = ClusterSnapshot(workers: workers)
        var request = Self.request(&chance, workers)
        request.quality.budget = nil
        var settings = PlacementSettings(layout: PlacementTests.layout)
        let free = Placement(settings: settings).place(request, in: cluster)
        settings.maxFetchSources = 0
        request.quality = .exact
        let plain = Placement(settings: settings).place(request, in: cluster)
        let times = plain.map { ([$0.plan.prefill, $0.plan.decode], $0.predictedTT2T + $0.harm) }
        let limits = Dictionary(uniqueKeysWithValues: times)
        #expect(free.count == plain.count, "seed \(seed)")
        for scored in free {
            let limit = limits[[scored.plan.prefill, scored.plan.decode]] ?? .zero
            // Times are rounded to nanoseconds in parts.
            #expect(scored.predictedTT2T + scored.harm <= limit + .nanoseconds(2), "seed \(seed)")
        }
    }

    /// With more workers than `maxPlans` allows pairs of, the best pair of the full product must survive the
    /// pruning when ways are equal.
    @Test(arguments: 0..<20)
    func pruningKeepsTheBestPairOfAnEvenNetwork(seed: Int) {
        var chance = Chance(state: UInt64(seed) &+ 2 << 32)
        var workers = Self.cluster(&chance, workers: 80)
        for index in workers.indices { workers[index].paths = [:] }
        let request = PlacementRequest(tokens: 2_000, capacityTokens: 2_100)
        var settings = PlacementSettings(layout: PlacementTests.layout)
        let pruned = Placement(settings: settings).place(request, in: ClusterSnapshot(workers: workers))
        settings.maxPlans = 10_000
        let all = Placement(settings: settings).place(request, in: ClusterSnapshot(workers: workers))
        #expect(pruned.first == all.first, "seed \(seed)")
        #expect(pruned.count < all.count, "seed \(seed)")
    }
}
