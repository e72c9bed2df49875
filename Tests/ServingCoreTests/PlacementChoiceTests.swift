import ServingCore
import ServingTypes
import Testing

/// Limits, and what decides between plans that are nearly equal: each row's name is a requirement.
@Suite struct PlacementChoiceTests {
    typealias Row = PlacementTests.Row

    static let limits = [
        Row(
            requirement: "a worker whose steps are too slow is passed over for one that is slower to start",
            workers: [
                PlacementTests.worker("p1"),
                PlacementTests.worker("d1") { $0.cost.f = 8e-3 },
                PlacementTests.worker("d2") { $0.paths = [:] },
            ].map { worker in
                var worker = worker
                if worker.role == .prefill {
                    worker.paths = PlacementTests.path("d1", 1e10).merging(PlacementTests.path("d2", 2e7)) {
                        $1
                    }
                }
                return worker
            },
            request: PlacementTests.request { $0.tpotLimit = .milliseconds(12) },
            settings: PlacementTests.noLocal,
            expected: "p1 -> d2"
        ),
        Row(
            requirement: "where all steps are too slow the time to the second token decides",
            workers: [
                PlacementTests.worker("p1"), PlacementTests.worker("d1") { $0.sequences = 3 },
                PlacementTests.worker("d2"),
            ],
            request: PlacementTests.request { $0.tpotLimit = .milliseconds(1) },
            settings: PlacementTests.noLocal,
            expected: "p1 -> d2"
        ),
        Row(
            requirement: "a first token in time is worth a longer gap",
            workers: [
                PlacementTests.worker("p1") {
                    ($0.queuedTokens, $0.paths) = (1_500, PlacementTests.path("d1", 1e10))
                },
                PlacementTests.worker("p2") { $0.paths = PlacementTests.path("d1", 5e6) },
                PlacementTests.worker("d1"),
            ],
            request: PlacementTests.request { $0.ttftLimit = .milliseconds(150) },
            settings: PlacementTests.noLocal,
            expected: "p2 -> d1"
        ),
        Row(
            requirement: "without a limit it is not",
            workers: [
                PlacementTests.worker("p1") {
                    ($0.queuedTokens, $0.paths) = (1_500, PlacementTests.path("d1", 1e10))
                },
                PlacementTests.worker("p2") { $0.paths = PlacementTests.path("d1", 5e6) },
                PlacementTests.worker("d1"),
            ],
            settings: PlacementTests.noLocal,
            expected: "p1 -> d1"
        ),
        Row(
            requirement: "where every first token is late the least late one wins",
            workers: [
                PlacementTests.worker("p1") {
                    ($0.queuedTokens, $0.paths) = (1_500, PlacementTests.path("d1", 1e10))
                },
                PlacementTests.worker("p2") { $0.paths = PlacementTests.path("d1", 5e6) },
                PlacementTests.worker("d1"),
            ],
            request: PlacementTests.request { $0.ttftLimit = .milliseconds(10) },
            settings: PlacementTests.noLocal,
            expected: "p2 -> d1"
        ),
        Row(
            requirement: "a fetch that makes the first token come in time need not save more",
            workers: [
                PlacementTests.worker("p1"),
                PlacementTests.worker("p2") {
                    ($0.isDraining, $0.paths) = (true, PlacementTests.path("p1", 2.4e7))
                },
                PlacementTests.worker("d1"),
            ],
            request: PlacementTests.request {
                ($0.hitBlocks, $0.ttftLimit) = ([PlacementTests.p2: 60], .milliseconds(100))
            },
            settings: PlacementTests.noLocal,
            expected: "p1 -> d1, 60 from p2"
        ),
        Row(
            requirement: "a worker's own word on its queue counts, whatever its tokens would take",
            workers: [
                PlacementTests.worker("p1") { ($0.queuedTokens, $0.queuedSeconds) = (5_000, 0.01) },
                PlacementTests.worker("p2") { $0.queuedTokens = 500 }, PlacementTests.worker("d1"),
            ],
            settings: PlacementTests.noLocal,
            expected: "p1 -> d1"
        ),
        Row(
            requirement: "tokens that decode count, not blocks that are only cached",
            workers: [
                PlacementTests.worker("p1"),
                PlacementTests.worker("d1") {
                    ($0.cost.g, $0.sequences, $0.usedBlocks, $0.decodingTokens) = (1e-6, 2, 900, 1_000)
                },
                PlacementTests.worker("d2") {
                    ($0.cost.g, $0.sequences, $0.usedBlocks, $0.decodingTokens) = (1e-6, 2, 200, 3_000)
                },
            ],
            request: PlacementTests.request { $0.capacityTokens = 1_010 },
            settings: PlacementTests.noLocal,
            expected: "p1 -> d1"
        ),
    ]

    @Test(arguments: limits)
    func limit(_ row: Row) {
        let plans = Placement(settings: row.settings).place(
            row.request,
            in: ClusterSnapshot(workers: row.workers)
        )
        #expect(PlacementTests.words(plans.first) == row.expected)
    }

    @Test("what a plan misses is told")
    func missedLimits() throws {
        let request = PlacementTests.request {
            ($0.ttftLimit, $0.tpotLimit) = (.milliseconds(91), .milliseconds(5))
        }
        let workers = [PlacementTests.worker("p1"), PlacementTests.worker("d1")]
        let cluster = ClusterSnapshot(workers: workers)
        let plan = try #require(Placement(settings: PlacementTests.noLocal).place(request, in: cluster).first)
        #expect(plan.limits == PlanLimits(missesTPOT: true, excessTTFT: .milliseconds(10)))
        #expect(plan.predictedStep == .microseconds(5_100))
    }

    // MARK: Near-ties and links

    static let margins = PlacementTests.settings {
        ($0.allowsLocalPrefill, $0.nearTieShare, $0.linkMargin) = (false, 0.005, 0.02)
    }

    /// Six prefill and six decode workers with links of about the given rate, each off by a share of its own.
    private static func even(_ rate: Double, noise: Double, _ chance: inout SplitMix64) -> [PlacementWorker] {
        let decodes = (1...6).map { PlacementTests.worker("d\($0)") }
        return (1...6).map { number in
            PlacementTests.worker("p\(number)") { worker in
                for decode in decodes {
                    let factor = 1 + noise * Double(chance.int(in: -1_000...1_000)) / 1_000
                    worker.paths.merge(PlacementTests.path(decode.ref.id.rawValue, rate * factor)) { $1 }
                }
            }
        } + decodes
    }

    @Test("noise on equal links does nothing: the only idle workers are chosen", arguments: 0..<100)
    func noise(seed: Int) {
        var chance = SplitMix64(seed: UInt64(seed))
        let (idle, free) = (chance.int(in: 1...6), chance.int(in: 1...6))
        let workers = Self.even(1e9, noise: 0.1, &chance).map { worker in
            var worker = worker
            // Others wait for little, so that a better link alone would make up for it.
            if worker.role == .prefill, worker.ref.id.rawValue != "p\(idle)" { worker.queuedSeconds = 1e-4 }
            if worker.role == .decode, worker.ref.id.rawValue != "d\(free)" { worker.cost.e += 1e-4 }
            return worker
        }
        var settings = Self.margins
        settings.nearTieShare = 0
        let plan = Placement(settings: settings).place(
            PlacementTests.request { $0.seed = UInt64(seed) },
            in: ClusterSnapshot(workers: workers)
        ).first
        #expect(PlacementTests.words(plan) == "p\(idle) -> d\(free)", "seed \(seed)")
    }

    @Test("links that make a difference decide whatever the seed", arguments: 0..<20 as Range<UInt64>)
    func difference(seed: UInt64) {
        var chance = SplitMix64(seed: seed)
        let workers = Self.even(2e7, noise: 0.05, &chance).map { worker in
            var worker = worker
            if worker.ref.id.rawValue == "p4" { worker.paths.merge(PlacementTests.path("d5", 2e8)) { $1 } }
            return worker
        }
        let decision = Placement(settings: Self.margins).decide(
            PlacementTests.request { $0.seed = seed },
            in: ClusterSnapshot(workers: workers),
            turn: PlacementTurn()
        )
        #expect(PlacementTests.words(decision.plans.first) == "p4 -> d5")
        #expect(decision.basis.reason == .predicted(.fastest))
    }

    @Test("equal workers are drawn by the seed, each sometimes, and the same seed draws the same")
    func draws() {
        var chance = SplitMix64(seed: 1)
        let cluster = ClusterSnapshot(workers: Self.even(1e9, noise: 0.1, &chance))
        let placement = Placement(settings: Self.margins)
        var counts: [WorkerID: Int] = [:]
        for seed in 0..<600 as Range<UInt64> {
            let request = PlacementTests.request { $0.seed = seed }
            let plans = placement.place(request, in: cluster)
            #expect(placement.place(request, in: cluster) == plans)
            guard let plan = plans.first, let best = plans.map({ $0.predictedTT2T + $0.harm }).min() else {
                Issue.record("seed \(seed) has no plan")
                continue
            }
            #expect(plan.predictedTT2T + plan.harm <= best * 1.0201, "seed \(seed)")
            for worker in [plan.plan.computing.id, plan.plan.decode.id] { counts[worker, default: 0] += 1 }
        }
        #expect(counts.count == 12)
        #expect(counts.values.allSatisfy { $0 > 40 && $0 < 200 }, "\(counts)")
    }

    @Test("a holder of the longest prefix is looked at however busy it is")
    func holders() {
        let workers =
            (100..<300).map { number in
                PlacementTests.worker("p\(number)") { $0.queuedTokens = number == 299 ? 600 : 0 }
            } + [PlacementTests.worker("d1")]
        let request = PlacementTests.request { $0.hitBlocks = [WorkerID(rawValue: "p299"): 62] }
        let settings = PlacementTests.settings {
            ($0.allowsLocalPrefill, $0.maxFetchSources, $0.maxPlans) = (false, 0, 2)
        }
        let plans = Placement(settings: settings).place(request, in: ClusterSnapshot(workers: workers))
        #expect(PlacementTests.words(plans.first) == "p299 -> d1")
    }
}
