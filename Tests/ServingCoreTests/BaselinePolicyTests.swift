import ServingCore
import ServingTypes
import Testing

/// Where the policies send prompts that `least_tt2t` is compared with: each row's name is a requirement.
@Suite struct BaselinePolicyTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let requirement: String
        let policy: PlacementPolicyKind
        var workers: [PlacementWorker]
        var request = PlacementPrompt(tokens: 1_000, capacityTokens: 1_100)
        var allowsLocal = true
        var turn = PlacementTurn()
        /// `p1 -> d1` or `d1`; empty when there is no plan.
        let expected: String
        var reason: PlacementReason?
        var testDescription: String { "\(policy.rawValue): \(requirement)" }
    }

    private static func worker(_ name: String, requests: Int = 0, queued: Int = 0) -> PlacementWorker {
        PlacementTests.worker(name) {
            ($0.sequences, $0.queuedTokens, $0.maxRunning) = (requests, queued, 1_000)
        }
    }

    private static func workers(_ names: String...) -> [PlacementWorker] { names.map { worker($0) } }

    private static func turn(_ prefill: String, _ decode: String) -> PlacementTurn {
        var turn = PlacementTurn()
        (turn.prefill, turn.decode) = (WorkerID(rawValue: prefill), WorkerID(rawValue: decode))
        return turn
    }

    private static func hits(_ blocks: [String: Int], tokens: Int = 1_000) -> PlacementPrompt {
        var request = PlacementPrompt(tokens: tokens, capacityTokens: tokens + 100)
        for (name, count) in blocks { request.hitBlocks[WorkerID(rawValue: name)] = count }
        return request
    }

    private static func request(_ change: (inout PlacementPrompt) -> Void) -> PlacementPrompt {
        PlacementTests.request(change)
    }

    static let rows = turns + loads + prefixes + thresholds + common

    private static let turns = [
        Row(
            requirement: "the first turn is the lowest name's",
            policy: .roundRobin,
            workers: workers("p2", "d2", "p1", "d1"),
            expected: "p1 -> d1",
            reason: .turn
        ),
        Row(
            requirement: "the next turn is the next name's, per role",
            policy: .roundRobin,
            workers: workers("p3", "p1", "p2", "d1", "d2"),
            turn: turn("p2", "d1"),
            expected: "p3 -> d2"
        ),
        Row(
            requirement: "after the last comes the first",
            policy: .roundRobin,
            workers: workers("p1", "p2", "d1", "d2"),
            turn: turn("p2", "d2"),
            expected: "p1 -> d1"
        ),
        Row(
            requirement: "a turn whose worker left goes to the next name",
            policy: .roundRobin,
            workers: workers("p1", "p4", "d1"),
            turn: turn("p3", "d1"),
            expected: "p4 -> d1"
        ),
        Row(
            requirement: "who is draining loses the turn",
            policy: .roundRobin,
            workers: [
                worker("p1"), PlacementTests.worker("p2") { $0.isDraining = true }, worker("p3"),
                worker("d1"),
            ],
            turn: turn("p1", "d1"),
            expected: "p3 -> d1"
        ),
    ]

    private static let loads = [
        Row(
            requirement: "requests count, not queues",
            policy: .leastLoaded,
            workers: [
                worker("p1", requests: 3), worker("p2", requests: 2, queued: 9_000),
                worker("d1", requests: 5),
                worker("d2", requests: 4),
            ],
            expected: "p2 -> d2",
            reason: .leastLoaded
        ),
        Row(
            requirement: "of equal numbers of requests the shorter queue",
            policy: .leastLoaded,
            workers: [worker("p1", queued: 10), worker("p2"), worker("d2"), worker("d1")],
            expected: "p2 -> d1"
        ),
        Row(
            requirement: "of two workers the less loaded is drawn whatever the seed",
            policy: .powerOfTwo,
            workers: [worker("p1", requests: 1), worker("p2"), worker("d1", requests: 1), worker("d2")],
            request: request { $0.seed = 77 },
            expected: "p2 -> d2",
            reason: .lessLoadedOfTwo
        ),
        Row(
            requirement: "one worker alone is taken",
            policy: .powerOfTwo,
            workers: workers("p1", "d1"),
            expected: "p1 -> d1"
        ),
    ]

    private static let prefixes = [
        Row(
            requirement: "the longest prefix wins over loads that differ little",
            policy: .prefixAware,
            workers: [worker("p1"), worker("p2", requests: 64), worker("d1", requests: 9), worker("d2")],
            request: hits(["p2": 40, "d1": 20]),
            expected: "p2 -> d1",
            reason: .prefixHit(tokens: 640, promptTokens: 1_000)
        ),
        Row(
            requirement: "loads that differ by more than the number and the factor come first",
            policy: .prefixAware,
            workers: [worker("p1"), worker("p2", requests: 65), worker("d1")],
            request: hits(["p2": 40]),
            expected: "p1 -> d1",
            reason: .imbalance(mostRequests: 65, fewestRequests: 0)
        ),
        Row(
            requirement: "a difference below the factor does not count",
            policy: .prefixAware,
            workers: [worker("p1", requests: 140), worker("p2", requests: 210), worker("d1")],
            request: hits(["p2": 40]),
            expected: "p2 -> d1"
        ),
        Row(
            requirement: "a prefix of less than the share does not count",
            policy: .prefixAware,
            workers: [worker("p1", requests: 1), worker("p2", requests: 2), worker("d1")],
            request: hits(["p2": 18]),
            expected: "p1 -> d1",
            reason: .noPrefixHit(tokens: 288, promptTokens: 1_000)
        ),
        Row(
            requirement: "of equal prefixes the less loaded",
            policy: .prefixAware,
            workers: [worker("p1", requests: 1), worker("p2"), worker("d1")],
            request: hits(["p1": 40, "p2": 40]),
            expected: "p2 -> d1"
        ),
    ]

    private static let thresholds = [
        Row(
            requirement: "a short prompt stays where it is decoded",
            policy: .staticThreshold,
            workers: workers("p1", "d1"),
            expected: "d1",
            reason: .uncached(tokens: 1_000, threshold: 2_048)
        ),
        Row(
            requirement: "a long prompt goes to a prefill worker",
            policy: .staticThreshold,
            workers: [worker("p1", requests: 1), worker("p2"), worker("d1")],
            request: hits([:], tokens: 2_048),
            expected: "p2 -> d1",
            reason: .uncached(tokens: 2_048, threshold: 2_048)
        ),
        Row(
            requirement: "what the decode worker holds does not count",
            policy: .staticThreshold,
            workers: workers("p1", "d1"),
            request: hits(["d1": 10], tokens: 2_200),
            expected: "d1",
            reason: .uncached(tokens: 2_040, threshold: 2_048)
        ),
        Row(
            requirement: "without local prefill every prompt is handed off",
            policy: .staticThreshold,
            workers: workers("p1", "d1"),
            allowsLocal: false,
            expected: "p1 -> d1"
        ),
    ]

    private static let common = [
        Row(
            requirement: "without prefill workers the decode worker does all",
            policy: .leastLoaded,
            workers: workers("d1", "d2"),
            expected: "d1",
            reason: .onlyLocal
        ),
        Row(
            requirement: "without prefill workers and without local prefill there is no plan",
            policy: .roundRobin,
            workers: workers("d1"),
            allowsLocal: false,
            expected: ""
        ),
        Row(
            requirement: "who is avoided is not taken",
            policy: .leastLoaded,
            workers: workers("p1", "p2", "d1"),
            request: request { $0.avoided = [PlacementTests.p1] },
            expected: "p2 -> d1"
        ),
        Row(
            requirement: "who failed the request comes after those who did not",
            policy: .roundRobin,
            workers: workers("p1", "p2", "d1", "d2"),
            request: request { $0.failures = [PlacementTests.p1: 1, PlacementTests.d1: 2] },
            expected: "p2 -> d2"
        ),
        Row(
            requirement: "a full decode worker is not taken",
            policy: .leastLoaded,
            workers: [
                worker("p1"), PlacementTests.worker("d1") { $0.usedBlocks = 1_000 },
                worker("d2", requests: 3),
            ],
            expected: "p1 -> d2"
        ),
    ]

    private static func placement(_ policy: PlacementPolicyKind, allowsLocal: Bool = true) -> Placement {
        var settings = PlacementSettings(layout: PlacementTests.layout)
        (settings.policy, settings.allowsLocalPrefill) = (policy, allowsLocal)
        (settings.maxPlans, settings.maxRecordedPlans, settings.nearTieShare) = (1 << 20, 1 << 20, 0)
        return Placement(settings: settings)
    }

    @Test(arguments: rows)
    func `a baseline follows its rule`(row: Row) {
        let placement = Self.placement(row.policy, allowsLocal: row.allowsLocal)
        let decision = placement.decide(
            row.request,
            in: ClusterSnapshot(workers: row.workers),
            turn: row.turn
        )
        let chosen = decision.plans.first?.plan
        let words = chosen.map { plan in
            plan.prefill.map { "\($0.id) -> \(plan.decode.id)" } ?? "\(plan.decode.id)"
        }
        #expect(words ?? "" == row.expected)
        if let reason = row.reason { #expect(decision.basis.reason == reason) }
        #expect(decision.basis.policy == row.policy && decision.basis.tokens == row.request.tokens)
    }

    static let seeds = PlacementPolicyKind.allCases.flatMap { policy in (0..<60).map { (policy, $0) } }

    @Test(arguments: seeds)
    func `the same snapshot gives the same choice in any order`(policy: PlacementPolicyKind, seed: Int) {
        var chance = PlacementPropertyTests.Chance(state: UInt64(seed) &+ 7 << 32)
        let workers = PlacementPropertyTests.cluster(&chance, workers: chance.int(1...60))
        var request = PlacementPropertyTests.request(&chance, workers)
        request.seed = chance.next()
        let placement = Self.placement(policy)
        let cluster = ClusterSnapshot(workers: workers)
        let turn = Self.turn("p\(chance.int(0...60))", "d\(chance.int(0...60))")
        let plans = placement.decide(request, in: cluster, turn: turn).plans
        let shuffled = ClusterSnapshot(workers: workers.shuffled(using: &chance))
        request.hitBlocks = Dictionary(uniqueKeysWithValues: request.hitBlocks.shuffled(using: &chance))
        #expect(placement.decide(request, in: shuffled, turn: turn).plans == plans, "seed \(seed)")
    }

    @Test(arguments: seeds)
    func `a baseline predicts of its plans what the default does, and finds one whenever there is one`(
        policy: PlacementPolicyKind,
        seed: Int
    ) {
        var chance = PlacementPropertyTests.Chance(state: UInt64(seed) &+ 8 << 32)
        let workers = PlacementPropertyTests.cluster(&chance, workers: chance.int(1...40))
        let cluster = ClusterSnapshot(workers: workers)
        var request = PlacementPropertyTests.request(&chance, workers)
        request.seed = chance.next()
        let placement = Self.placement(policy)
        let plans = placement.decide(request, in: cluster, turn: PlacementTurn()).plans
        let all = Set(placement.place(request, in: cluster))
        #expect(plans.isEmpty == all.isEmpty, "seed \(seed)")
        #expect(plans.isEmpty == (placement.obstacle(to: request, in: cluster) != nil), "seed \(seed)")
        for plan in plans { #expect(all.contains(plan), "seed \(seed): \(plan.plan)") }
        for plan in all {
            let whole = (plan.predictedTT2T + plan.harm).inSeconds
            #expect(abs(plan.parts.total - whole) < 1e-8, "seed \(seed): parts of \(plan.plan)")
        }
    }

    @Test func `two choices are drawn evenly, and spare the busiest worker`() {
        let workers = (0..<8).map { Self.worker("p\($0)", requests: $0) } + [Self.worker("d1")]
        let cluster = ClusterSnapshot(workers: workers)
        var counts = [Int](repeating: 0, count: 8)
        for seed in 0..<4_000 as Range<UInt64> {
            let request = Self.request { $0.seed = seed }
            let decision = Self.placement(.powerOfTwo).decide(request, in: cluster, turn: PlacementTurn())
            let name = decision.plans.first?.plan.prefill?.id.rawValue ?? "p7"
            counts[Int(name.dropFirst()) ?? 7] += 1
        }
        // Of 28 pairs of eight workers, worker i is the less loaded of 7 − i.
        for (index, count) in counts.enumerated() {
            let expected = 4_000 * Double(7 - index) / 28
            #expect(abs(Double(count) - expected) <= max(5, expected * 0.15), "\(counts)")
        }
    }
}
