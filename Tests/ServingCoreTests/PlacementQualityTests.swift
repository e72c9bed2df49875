import ServingCore
import ServingTypes
import Testing

/// Which codec KV is sent with, and how much of it: each row's name is a requirement.
@Suite struct PlacementQualityTests {
    typealias Row = PlacementTests.Row

    static let lossy = PlacementTests.request { $0.quality = KVQuality(codecs: KVCodec.allCases) }
    static let q8 = KVCodecRate(
        codec: .q8,
        encodeBytesPerSecond: 1e9,
        decodeBytesPerSecond: 1e9,
        sizeRatio: 0.53
    )

    private static func cachegen(_ bytesPerSecond: Double) -> KVCodecRate {
        KVCodecRate(
            codec: .cachegen,
            encodeBytesPerSecond: bytesPerSecond,
            decodeBytesPerSecond: bytesPerSecond,
            sizeRatio: 0.25
        )
    }

    /// p1 and d1, whose 2.06 MB of KV take 101 ms to compute.
    private static func pair(
        rate: Double,
        _ codecs: [KVCodecRate] = [q8, cachegen(2e8)],
        decoder: [KVCodecRate]? = nil
    ) -> [PlacementWorker] {
        [
            PlacementTests.worker("p1") {
                ($0.paths, $0.codecs) = (PlacementTests.path("d1", rate), codecs)
            },
            PlacementTests.worker("d1") { $0.codecs = decoder ?? codecs },
        ]
    }

    static let codecs = [
        Row(
            requirement: "a fast way needs no codec",
            workers: pair(rate: 1e9),
            request: lossy,
            settings: PlacementTests.noLocal,
            expected: "p1 -> d1"
        ),
        Row(
            requirement: "a slower way takes the codec that saves most",
            workers: pair(rate: 3e7),
            request: lossy,
            settings: PlacementTests.noLocal,
            expected: "p1 -> d1, q8"
        ),
        Row(
            requirement: "a very slow way takes the smallest",
            workers: pair(rate: 1e7),
            request: lossy,
            settings: PlacementTests.noLocal,
            expected: "p1 -> d1, cachegen"
        ),
        Row(
            requirement: "without a floor the lossier codec wins by a little",
            workers: pair(rate: 3e7),
            request: lossy,
            settings: PlacementTests.settings {
                ($0.allowsLocalPrefill, $0.leastSaving, $0.leastSavingShare) = (false, .zero, 0)
            },
            expected: "p1 -> d1, cachegen"
        ),
        Row(
            requirement: "an exact request is never lossy",
            workers: pair(rate: 1e6),
            settings: PlacementTests.noLocal,
            expected: "p1 -> d1"
        ),
        Row(
            requirement: "a codec that was not allowed is not used",
            workers: pair(rate: 1e7),
            request: PlacementTests.request { $0.quality = KVQuality(codecs: [.q8, .raw]) },
            settings: PlacementTests.noLocal,
            expected: "p1 -> d1, q8"
        ),
        Row(
            requirement: "a codec that one side lacks is not used",
            workers: pair(rate: 1e7, decoder: [q8]),
            request: lossy,
            settings: PlacementTests.noLocal,
            expected: "p1 -> d1, q8"
        ),
        Row(
            requirement: "a codec that costs more than it saves is not used",
            workers: pair(rate: 1e7, [cachegen(5e6)]),
            request: lossy,
            settings: PlacementTests.noLocal,
            expected: "p1 -> d1"
        ),
        Row(
            requirement: "every lane has a thread that encodes",
            workers: pair(rate: 1e7, [cachegen(5e6)]),
            request: lossy,
            settings: PlacementTests.settings { ($0.allowsLocalPrefill, $0.lanes) = (false, 16) },
            expected: "p1 -> d1, cachegen"
        ),
        Row(
            requirement: "a codec without a speed is none",
            workers: pair(rate: 1e6, [cachegen(0)]),
            request: lossy,
            settings: PlacementTests.noLocal,
            expected: "p1 -> d1"
        ),
        Row(
            requirement: "without raw the least lossy codec is used on a fast way",
            workers: pair(rate: 1e9),
            request: PlacementTests.request { $0.quality = KVQuality(codecs: [.cachegen, .q8]) },
            settings: PlacementTests.noLocal,
            expected: "p1 -> d1, q8"
        ),
        Row(
            requirement: "where no allowed codec is shared KV goes raw",
            workers: pair(rate: 1e9, []),
            request: PlacementTests.request { $0.quality = KVQuality(codecs: [.cachegen]) },
            settings: PlacementTests.noLocal,
            expected: "p1 -> d1"
        ),
        Row(
            requirement: "a fetch to a whole prompt has a codec of its own",
            workers: [
                PlacementTests.worker("p1") {
                    ($0.isDraining, $0.codecs) = (true, [q8, cachegen(2e8)])
                    $0.paths = PlacementTests.path("d1", 1e7)
                },
                PlacementTests.worker("d1") { $0.codecs = [q8, cachegen(2e8)] },
            ],
            request: PlacementTests.request {
                ($0.hitBlocks, $0.quality) = ([PlacementTests.p1: 60], lossy.quality)
            },
            expected: "d1, 60 from p1, cachegen"
        ),
    ]

    static let budgeted = PlacementTests.request {
        $0.quality = KVQuality(codecs: [.raw], budget: KVBudget(tokens: 256))
    }

    static let budgets = [
        Row(
            requirement: "a budget makes a slow way fast enough",
            workers: pair(rate: 2e7).map {
                var worker = $0
                if worker.role == .decode { worker.sequences = 4 }
                return worker
            },
            request: budgeted,
            expected: "p1 -> d1, KV of 256"
        ),
        Row(
            requirement: "a budgeted answer needs room for what it keeps",
            workers: [PlacementTests.worker("p1"), PlacementTests.worker("d1") { $0.usedBlocks = 977 }],
            request: budgeted,
            expected: "p1 -> d1, KV of 256"
        ),
        Row(
            requirement: "a block less is too little",
            workers: [PlacementTests.worker("p1"), PlacementTests.worker("d1") { $0.usedBlocks = 978 }],
            request: budgeted,
            expected: "",
            obstacle: .noRoom(.decode)
        ),
        Row(
            requirement: "blocks that the decode worker holds do not make room for selected ones",
            workers: [PlacementTests.worker("p1"), PlacementTests.worker("d1") { $0.usedBlocks = 978 }],
            request: PlacementTests.request {
                ($0.hitBlocks, $0.quality) = ([PlacementTests.d1: 20], budgeted.quality)
            },
            expected: "",
            obstacle: .noRoom(.decode)
        ),
        Row(
            requirement: "a whole prompt keeps all KV",
            workers: [PlacementTests.worker("d1")],
            request: budgeted,
            expected: "d1"
        ),
        Row(
            requirement: "a whole prompt needs room for all KV",
            workers: [PlacementTests.worker("d1") { $0.usedBlocks = 950 }],
            request: budgeted,
            expected: "",
            obstacle: .noRoom(.decode)
        ),
        Row(
            requirement: "room for hand-offs is of no use without prefill workers",
            workers: ["d1", "d2", "d3"].map { name in
                PlacementTests.worker(name) { $0.usedBlocks = 950 }
            } + [PlacementTests.worker("d4")],
            request: budgeted,
            settings: PlacementTests.settings { $0.maxPlans = 2 },
            expected: "d4"
        ),
        Row(
            requirement: "a pool that only selected KV fits into takes it",
            workers: [PlacementTests.worker("p1"), PlacementTests.worker("d1") { $0.blockCount = 23 }],
            request: budgeted,
            expected: "p1 -> d1, KV of 256"
        ),
        Row(
            requirement: "what selected KV does not fit into is said with its numbers",
            workers: [PlacementTests.worker("p1"), PlacementTests.worker("d1") { $0.blockCount = 22 }],
            request: budgeted,
            settings: PlacementTests.noLocal,
            expected: "",
            obstacle: .neverFits(.decode, tokens: 356, largest: 352)
        ),
        Row(
            requirement: "a prompt within the budget is exact",
            workers: [PlacementTests.worker("p1"), PlacementTests.worker("d1")],
            request: PlacementTests.request {
                ($0.tokens, $0.quality) = (256, budgeted.quality)
            },
            settings: PlacementTests.noLocal,
            expected: "p1 -> d1"
        ),
    ]

    @Test(arguments: codecs + budgets)
    func quality(_ row: Row) {
        let placement = Placement(settings: row.settings)
        let cluster = ClusterSnapshot(workers: row.workers)
        #expect(PlacementTests.words(placement.place(row.request, in: cluster).first) == row.expected)
        #expect(placement.obstacle(to: row.request, in: cluster) == row.obstacle)
    }

    /// A quarter of 2.06 MB at 10 MB/s takes 51.6 ms, of which all but the last of four groups are hidden
    /// behind 101 ms of prefill; that group is encoded and decoded at 200 MB/s each.
    @Test func aCodecsPredictionIsTheFormula() throws {
        let cluster = ClusterSnapshot(workers: Self.pair(rate: 1e7))
        let plans = Placement(settings: PlacementTests.noLocal).place(Self.lossy, in: cluster)
        let plan = try #require(plans.first)
        let bytes = Double(63 * PlacementTests.layout.blockBytes)
        let exposed = bytes * 0.25 / 1e7 / 4 + 2 * bytes / 4 / 2e8
        #expect(plan.plan.codec == .cachegen)
        #expect(plan.transferBytes == Int(bytes) && plan.wireBytes == Int(bytes) / 4)
        #expect(abs((plan.predictedGap - .fromSeconds(exposed + 5.1e-3)).nanoseconds) <= 1)
    }

    @Test(arguments: [0, 60])
    func aBudgetSaysHowMuchCrossesWhateverIsHeld(heldBlocks: Int) throws {
        var request = Self.budgeted
        request.hitBlocks = [PlacementTests.d1: heldBlocks]
        let settings = PlacementTests.settings {
            ($0.allowsLocalPrefill, $0.maxFetchSources) = (false, 0)
        }
        let cluster = ClusterSnapshot(workers: Self.pair(rate: 1e9))
        let plan = try #require(Placement(settings: settings).place(request, in: cluster).first)
        #expect(plan.plan.budget == KVBudget(tokens: 256))
        #expect(plan.transferBytes == 16 * PlacementTests.layout.blockBytes)
    }
}
