import ServingCore
import ServingTypes
import Testing

/// Where prompts go: each row's name is a requirement.
@Suite struct PlacementTests {
    static let layout = KVLayout(layerCount: 4, kvHeadCount: 2, headDim: 64, type: .f16, blockTokens: 16)

    struct Row: Sendable, CustomTestStringConvertible {
        let requirement: String
        var workers: [PlacementWorker]
        var request = PlacementPrompt(tokens: 1_000, capacityTokens: 1_100)
        var settings = PlacementTests.settings { _ in }
        /// `p1 -> d1` or `d1`; empty when there is no plan.
        let expected: String
        var obstacle: PlacementObstacle?
        var testDescription: String { requirement }
    }

    /// A worker of a thousand blocks that prefills 10,000 tokens a second.
    static func worker(
        _ name: String,
        _ change: (inout PlacementWorker) -> Void = { _ in }
    ) -> PlacementWorker {
        var cost = CostCoefficients()
        (cost.a, cost.b, cost.e, cost.f) = (1e-3, 1e-4, 5e-3, 1e-4)
        let ref = WorkerRef(id: WorkerID(rawValue: name), incarnation: Incarnation(rawValue: 1))
        let registration = WorkerRegistration(
            address: WorkerAddress(worker: ref, host: "host", port: 1),
            role: name.hasPrefix("p") ? .prefill : .decode,
            modelName: "model",
            contextTokens: 8_192,
            blockCount: 1_000,
            cost: cost,
            maxRunning: 8
        )
        var worker = PlacementWorker(snapshot: WorkerSnapshot(registration))
        change(&worker)
        return worker
    }

    /// A measured way of 1 GB/s unless told otherwise.
    static func path(_ peer: String, _ rate: Double = 1e9, inFlight: Int = 0) -> [WorkerID: PathReport] {
        let id = WorkerID(rawValue: peer)
        return [id: PathReport(peer: id, bytesPerSecond: rate, inFlightBytes: inFlight)]
    }

    static func request(_ change: (inout PlacementPrompt) -> Void) -> PlacementPrompt {
        var request = PlacementPrompt(tokens: 1_000, capacityTokens: 1_100)
        change(&request)
        return request
    }

    static func settings(_ change: (inout PlacementSettings) -> Void) -> PlacementSettings {
        var settings = PlacementSettings(layout: layout)
        // The least prediction decides, however little it is less.
        (settings.nearTieShare, settings.linkMargin) = (0, 0)
        change(&settings)
        return settings
    }

    /// The idle decode worker has 100 blocks left of a cache; the other one decodes.
    static let nearlyFull = [
        worker("p1"), worker("d1") { ($0.usedBlocks, $0.decoding, $0.decodingTokens) = (900, 0, 0) },
        worker("d2") { $0.sequences = 4 },
    ]

    static let noLocal = settings { $0.allowsLocalPrefill = false }
    static let noFetch = settings { ($0.allowsLocalPrefill, $0.maxFetchSources) = (false, 0) }
    static let (p1, p2, d1, d2) = (
        WorkerID(rawValue: "p1"), WorkerID(rawValue: "p2"),
        WorkerID(rawValue: "d1"), WorkerID(rawValue: "d2")
    )

    static let rows = [
        Row(
            requirement: "a tie goes to the lower ids",
            workers: ["p2", "p1", "d2", "d1"].map { worker($0) },
            settings: noLocal,
            expected: "p1 -> d1"
        ),
        Row(
            requirement: "an idle prefill worker wins",
            workers: [worker("p1") { $0.queuedTokens = 500 }, worker("p2"), worker("d1")],
            settings: noLocal,
            expected: "p2 -> d1"
        ),
        Row(
            requirement: "a prefix hit outweighs a queue",
            workers: [worker("p1") { $0.queuedTokens = 500 }, worker("p2"), worker("d1")],
            request: request { $0.hitBlocks = [p1: 40] },
            settings: noFetch,
            expected: "p1 -> d1"
        ),
        Row(
            requirement: "a long queue outweighs a prefix hit",
            workers: [worker("p1") { $0.queuedTokens = 5_000 }, worker("p2"), worker("d1")],
            request: request { $0.hitBlocks = [p1: 40] },
            settings: noFetch,
            expected: "p2 -> d1"
        ),
        Row(
            requirement: "a decode worker that holds the prefix wins on a slow way",
            workers: [
                worker("p1") { $0.paths = path("d1", 1e6).merging(path("d2", 1e6)) { $1 } },
                worker("d1"), worker("d2"),
            ],
            request: request { $0.hitBlocks = [d2: 60] },
            settings: noLocal,
            expected: "p1 -> d2"
        ),
        Row(
            requirement: "a slow way keeps prefill local",
            workers: [worker("p1") { $0.paths = path("d1", 1e6) }, worker("d1") { $0.sequences = 4 }],
            expected: "d1"
        ),
        Row(
            requirement: "a fast way spares the running answers",
            workers: [worker("p1") { $0.paths = path("d1") }, worker("d1") { $0.sequences = 4 }],
            expected: "p1 -> d1"
        ),
        Row(
            requirement: "an idle decode worker prefills for itself",
            workers: [worker("p1") { $0.paths = path("d1") }, worker("d1")],
            expected: "d1"
        ),
        Row(
            requirement: "a busy way is slower than an idle one",
            workers: [
                worker("p1") { $0.paths = path("d1", inFlight: 1_000_000_000) },
                worker("p2") { $0.paths = path("d1") }, worker("d1"),
            ],
            settings: noLocal,
            expected: "p2 -> d1"
        ),
        Row(
            requirement: "a near worker is looked at although many far ones are less busy",
            workers: (11...22).map { number in
                worker("p\(number)") { ($0.site, $0.paths) = ("far", path("d1", 1e6)) }
            } + [
                worker("p1") { ($0.site, $0.paths, $0.queuedTokens) = ("near", path("d1"), 500) },
                worker("d1") { $0.site = "near" },
            ],
            settings: settings { ($0.allowsLocalPrefill, $0.maxPlans) = (false, 9) },
            expected: "p1 -> d1"
        ),
        Row(
            requirement: "a full pool is passed over",
            workers: [worker("p1"), worker("d1") { $0.usedBlocks = 950 }, worker("d2")],
            settings: noLocal,
            expected: "p1 -> d2"
        ),
        Row(
            requirement: "a full batch is passed over",
            workers: [worker("p1"), worker("d1") { $0.sequences = 8 }, worker("d2") { $0.sequences = 7 }],
            settings: noLocal,
            expected: "p1 -> d2"
        ),
        Row(
            requirement: "held blocks need no room",
            workers: [worker("p1"), worker("d1") { $0.usedBlocks = 950 }],
            request: request { $0.hitBlocks = [d1: 40] },
            settings: noFetch,
            expected: "p1 -> d1"
        ),
        Row(
            requirement: "a busy worker is given no prompt to compute",
            workers: ["p1", "p2", "d1"].map { worker($0) },
            request: request { $0.busy = [p1] },
            settings: noLocal,
            expected: "p2 -> d1"
        ),
        Row(
            requirement: "a busy worker may take a hand-off",
            workers: ["p1", "d1"].map { worker($0) },
            request: request { $0.busy = [d1] },
            expected: "p1 -> d1"
        ),
        Row(
            requirement: "a decode worker that is nearly full takes what fits",
            workers: nearlyFull,
            request: request { _ in },
            settings: noLocal,
            expected: "p1 -> d1"
        ),
        Row(
            requirement: "who must leave room goes where there is more",
            workers: nearlyFull,
            request: request { $0.spareShare = 0.125 },
            settings: noLocal,
            expected: "p1 -> d2"
        ),
        Row(
            requirement: "who takes nearly everything need not leave room",
            workers: [worker("p1"), worker("d1")],
            request: request { ($0.spareShare, $0.capacityTokens) = (0.95, 8_000) },
            settings: noLocal,
            expected: "p1 -> d1"
        ),
        Row(
            requirement: "who passes a queue does not wait for it",
            workers: [
                worker("p1") { $0.queuedSeconds = 1 }, worker("p2") { $0.queuedSeconds = 0.5 }, worker("d1"),
            ],
            request: request { $0.passedSeconds = [p1: 0.9] },
            settings: noLocal,
            expected: "p1 -> d1"
        ),
        Row(
            requirement: "an avoided worker is passed over",
            workers: ["p1", "p2", "d1"].map { worker($0) },
            request: request { $0.avoided = [p1] },
            settings: noLocal,
            expected: "p2 -> d1"
        ),
        Row(
            requirement: "a worker that failed the request comes last",
            workers: [worker("p1"), worker("p2") { $0.queuedTokens = 9_000 }, worker("d1")],
            request: request { $0.failures = [p1: 1] },
            settings: noLocal,
            expected: "p2 -> d1"
        ),
        Row(
            requirement: "a draining worker is passed over",
            workers: [worker("p1") { $0.isDraining = true }, worker("p2"), worker("d1")],
            settings: noLocal,
            expected: "p2 -> d1"
        ),
        Row(
            requirement: "without decode worker there is no plan",
            workers: [worker("p1")],
            expected: "",
            obstacle: .noWorker(.decode)
        ),
        Row(
            requirement: "without prefill worker the decode worker does all",
            workers: [worker("d1")],
            expected: "d1"
        ),
        Row(
            requirement: "without prefill worker and local prefill there is no plan",
            workers: [worker("d1")],
            settings: noLocal,
            expected: "",
            obstacle: .noWorker(.prefill)
        ),
        Row(
            requirement: "what no pool can hold is said with numbers",
            workers: [worker("d1") { $0.blockCount = 50 }, worker("d2") { $0.blockCount = 60 }],
            expected: "",
            obstacle: .neverFits(.decode, tokens: 1_100, largest: 960)
        ),
        Row(
            requirement: "an answer may stop at the end of the context",
            workers: [worker("d1") { $0.contextTokens = 1_050 }],
            expected: "d1"
        ),
        Row(
            requirement: "a prompt must leave room for a token",
            workers: [worker("d1") { $0.contextTokens = 1_000 }],
            expected: "",
            obstacle: .neverFits(.decode, tokens: 1_001, largest: 1_000)
        ),
        Row(
            requirement: "of two obstacles the nearer one is named",
            workers: [worker("d1") { $0.isDraining = true }, worker("d2") { $0.usedBlocks = 1_000 }],
            expected: "",
            obstacle: .noRoom(.decode)
        ),
    ]

    @Test(arguments: rows)
    func place(_ row: Row) {
        let placement = Placement(settings: row.settings)
        let cluster = ClusterSnapshot(workers: row.workers)
        #expect(Self.words(placement.place(row.request, in: cluster).first) == row.expected)
        #expect(placement.obstacle(to: row.request, in: cluster) == row.obstacle)
    }

    /// `p1 -> d1` or `d1`, and what is not ordinary about its KV: `, 60 from p2, q8, KV of 256`.
    static func words(_ plan: ScoredPlan?) -> String {
        guard let plan = plan?.plan else { return "" }
        var words = (plan.prefill.map { "\($0.id) -> " } ?? "") + plan.decode.id.rawValue
        if let fetch = plan.fetch { words += ", \(fetch.blockCount) from \(fetch.source.worker.id)" }
        if plan.codec != .raw { words += ", \(plan.codec.name)" }
        if let budget = plan.budget { words += ", KV of \(budget.tokens)" }
        return words
    }

    /// The formula by hand: 1,000 tokens take 0.101 s; 63 blocks of 32 KiB at 10 MB/s take 0.2064 s, of
    /// which 0.07575 s are hidden behind the first three of four groups.
    @Test func thePredictionIsTheFormula() throws {
        let workers = [
            Self.worker("p1") { ($0.paths, $0.queuedTokens) = (Self.path("d1", 1e7), 2_000) },
            Self.worker("d1") { $0.sequences = 2 },
        ]
        let plans = Placement(settings: Self.noLocal).place(
            Self.request { _ in },
            in: ClusterSnapshot(workers: workers)
        )
        let plan = try #require(plans.first)
        let wire = Double(63 * Self.layout.blockBytes) / 1e7
        let exposed = wire - 0.101 * 3 / 4
        #expect(plan.transferBytes == 63 * Self.layout.blockBytes)
        #expect(plan.predictedTTFT == .fromSeconds(0.201 + 0.101))
        // Half of a decode step of 5.2 ms, and one more of 5.3 ms.
        #expect(abs((plan.predictedGap - .fromSeconds(exposed + 2.6e-3 + 5.3e-3)).nanoseconds) <= 1)
        #expect(plan.predictedTT2T == plan.predictedTTFT + plan.predictedGap)
    }
}
