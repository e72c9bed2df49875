import ServingCore
import ServingTypes
import Testing

/// When a prefix is fetched instead of computed: each row's name is a requirement.
@Suite struct PlacementFetchTests {
    typealias Row = PlacementTests.Row

    /// p1 has nothing; p2 is being drained and holds 60 blocks, so that it can only be asked for them.
    ///
    /// Computing them at p1 takes 96 ms; they are 1.97 MB.
    private static func workers(
        rate: Double,
        _ more: [PlacementWorker] = [],
        _ change: (inout PlacementWorker) -> Void = { _ in }
    ) -> [PlacementWorker] {
        let holder = PlacementTests.worker("p2") { worker in
            (worker.isDraining, worker.site) = (true, "other")
            worker.paths = PlacementTests.path("p1", rate).merging(PlacementTests.path("d1", rate)) { $1 }
        }
        let idle = PlacementTests.worker("p1") { worker in
            worker.paths = PlacementTests.path("d1", 1e12)
            change(&worker)
        }
        return [idle, holder, PlacementTests.worker("d1")] + more
    }

    private static func request(
        _ hits: [WorkerID: Int] = [PlacementTests.p2: 60],
        _ change: (inout PlacementPrompt) -> Void = { _ in }
    ) -> PlacementPrompt {
        PlacementTests.request { request in
            request.hitBlocks = hits
            change(&request)
        }
    }

    private static func noLocal(_ change: (inout PlacementSettings) -> Void) -> PlacementSettings {
        PlacementTests.settings { settings in
            settings.allowsLocalPrefill = false
            change(&settings)
        }
    }

    /// The rate at which fetching 60 blocks and computing the other 40 tokens takes so much less than 101 ms.
    private static func rate(saving seconds: Double) -> Double {
        Double(60 * PlacementTests.layout.blockBytes) / (0.101 - seconds - 5e-3 - 1e-3)
    }

    static let choices = [
        Row(
            requirement: "a prefix on a fast way is fetched",
            workers: workers(rate: 1e9),
            request: request(),
            settings: PlacementTests.noLocal,
            expected: "p1 -> d1, 60 from p2"
        ),
        Row(
            requirement: "a prefix on a slow way is computed",
            workers: workers(rate: 1e7),
            request: request(),
            settings: PlacementTests.noLocal,
            expected: "p1 -> d1"
        ),
        Row(
            requirement: "a long queue hides a slow fetch",
            workers: workers(rate: 1e7) { $0.queuedTokens = 2_000 },
            request: request(),
            settings: PlacementTests.noLocal,
            expected: "p1 -> d1, 60 from p2"
        ),
        Row(
            requirement: "a fetch that saves no more than its margin is not worth its risk",
            workers: workers(rate: rate(saving: 10e-3)),
            request: request(),
            settings: PlacementTests.noLocal,
            expected: "p1 -> d1"
        ),
        Row(
            requirement: "one that saves a little more is",
            workers: workers(rate: rate(saving: 10.2e-3)),
            request: request(),
            settings: PlacementTests.noLocal,
            expected: "p1 -> d1, 60 from p2"
        ),
        Row(
            requirement: "the margin has a floor in seconds",
            workers: workers(rate: rate(saving: 10.2e-3)),
            request: request(),
            settings: noLocal { $0.leastSaving = .milliseconds(11) },
            expected: "p1 -> d1"
        ),
        Row(
            requirement: "what is on the way already delays a fetch",
            workers: workers(rate: 1e9).map { worker in
                var worker = worker
                if worker.isDraining { worker.paths = PlacementTests.path("p1", inFlight: 200_000_000) }
                return worker
            },
            request: request(),
            settings: PlacementTests.noLocal,
            expected: "p1 -> d1"
        ),
        Row(
            requirement: "a worker that holds as much itself fetches nothing",
            workers: workers(rate: 1e9),
            request: request([PlacementTests.p2: 60, PlacementTests.p1: 60]),
            settings: PlacementTests.noLocal,
            expected: "p1 -> d1"
        ),
        Row(
            requirement: "a holder that failed the request is not asked",
            workers: workers(rate: 1e9),
            request: request { $0.failures = [PlacementTests.p2: 1] },
            settings: PlacementTests.noLocal,
            expected: "p1 -> d1"
        ),
        Row(
            requirement: "nothing is fetched where that is switched off",
            workers: workers(rate: 1e9),
            request: request([PlacementTests.p2: 60, PlacementTests.d1: 60]),
            settings: noLocal { $0.maxFetchSources = 0 },
            expected: "p1 -> d1"
        ),
        Row(
            requirement: "the last token is computed, not fetched",
            workers: workers(rate: 1e9),
            request: request([PlacementTests.p2: 99]) { $0.tokens = 992 },
            settings: PlacementTests.noLocal,
            expected: "p1 -> d1, 61 from p2"
        ),
    ]

    static let sources = [
        Row(
            requirement: "a near holder of less beats a far one of more",
            workers: workers(
                rate: 3e7,
                [
                    PlacementTests.worker("p3") {
                        ($0.isDraining, $0.paths) = (true, PlacementTests.path("p1"))
                    }
                ]
            ),
            request: request([PlacementTests.p2: 60, WorkerID(rawValue: "p3"): 50]),
            settings: PlacementTests.noLocal,
            expected: "p1 -> d1, 50 from p3"
        ),
        Row(
            requirement: "of equal holders the lower name is asked",
            workers: workers(rate: 1e9, [PlacementTests.worker("p3") { $0.isDraining = true }]).map {
                var worker = $0
                if worker.isDraining { worker.paths = PlacementTests.path("p1") }
                return worker
            },
            request: request([PlacementTests.p2: 60, WorkerID(rawValue: "p3"): 60]),
            settings: PlacementTests.noLocal,
            expected: "p1 -> d1, 60 from p2"
        ),
        Row(
            requirement: "every site's best holder is a candidate before any site's second",
            workers: workers(
                rate: 1e9,
                ["p3", "p4"].map { name in
                    PlacementTests.worker(name) {
                        ($0.isDraining, $0.paths) = (true, PlacementTests.path("p1", 1e6))
                    }
                }
            ),
            request: request([
                PlacementTests.p2: 55, WorkerID(rawValue: "p3"): 61, WorkerID(rawValue: "p4"): 60,
            ]),
            settings: noLocal { $0.maxFetchSources = 2 },
            expected: "p1 -> d1, 55 from p2"
        ),
        Row(
            requirement: "the decode worker serves the prefix of its next turn, also when others hold more",
            workers: workers(rate: 1e6).map {
                var worker = $0
                if worker.role == .decode { worker.paths = PlacementTests.path("p1") }
                return worker
            },
            request: request([PlacementTests.p2: 61, PlacementTests.d1: 60]),
            settings: noLocal { $0.maxFetchSources = 1 },
            expected: "p1 -> d1, 60 from d1"
        ),
        Row(
            requirement: "a prompt that stays whole fetches too",
            workers: workers(rate: 1e9).filter { $0.ref.id != PlacementTests.p1 },
            request: request(),
            expected: "d1, 60 from p2"
        ),
        Row(
            requirement: "a fetch can make a prompt stay whole",
            workers: workers(rate: 1e9),
            request: request(),
            expected: "d1, 60 from p2"
        ),
    ]

    @Test(arguments: choices + sources)
    func fetch(_ row: Row) {
        let plans = Placement(settings: row.settings).place(
            row.request,
            in: ClusterSnapshot(workers: row.workers)
        )
        #expect(PlacementTests.words(plans.first) == row.expected)
    }

    /// By hand: 20 blocks are held, 40 are fetched in 1 + 65.536 ms behind a queue of 51 ms, and 40 tokens
    /// are computed in 5 ms; 63 blocks cross at 100 MB/s in 20.644 ms, of which 3.75 ms are hidden.
    @Test func thePredictionIsTheFormula() throws {
        let workers = Self.workers(rate: 2e7) { ($0.queuedTokens, $0.paths) = (500, [:]) }
        let request = Self.request([PlacementTests.p2: 60, PlacementTests.p1: 20])
        let placement = Placement(settings: PlacementTests.noLocal)
        let plan = try #require(placement.place(request, in: ClusterSnapshot(workers: workers)).first)
        let layout = PlacementTests.layout
        let fetch = 1e-3 + Double(40 * layout.blockBytes) / 2e7
        #expect(plan.plan.fetch?.blockCount == 60)
        #expect(plan.hitTokens == 320 && plan.fetchedTokens == 640)
        #expect(plan.predictedFetch == .fromSeconds(fetch))
        #expect(plan.predictedTTFT == .fromSeconds(fetch + 5e-3))
        let wire = Double(63 * layout.blockBytes) / 1e8
        #expect(abs((plan.predictedGap - .fromSeconds(wire - 3.75e-3 + 5.1e-3)).nanoseconds) <= 1)
    }
}
