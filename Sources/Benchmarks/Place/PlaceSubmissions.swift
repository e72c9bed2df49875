internal import ServingCore
internal import ServingTypes
internal import Transport

/// Submissions to the router's core, from the event to the messages for the workers.
struct PlaceSubmissions {
    private static let promptTokens = 2_048
    private static let prompts = 64

    private var core: RouterCore
    private var submissions: [Submission] = []
    private var now = Timestamp.zero

    /// A router to which all workers of a made-up cluster have reported load, paths and blocks.
    init(workers: Int, seed: UInt64) {
        var maker = PlaceCluster(workers: workers, seed: seed)
        var settings = RouterCoreSettings(layout: PlaceCluster.layout)
        settings.links = PlaceCluster.links
        core = RouterCore(settings: settings)
        for registration in maker.registrations { _ = core.handle(.registered(registration), now: now) }
        var held = Array(repeating: [BlockHash](), count: workers)
        for prompt in 0..<Self.prompts {
            let hashes = (0..<Self.promptTokens / PlaceCluster.layout.blockTokens).map { _ in
                BlockHash(rawValue: Bytes128(high: maker.chance.next(), low: maker.chance.next()))
            }
            // The beginning is widely held, the rest at a few workers.
            for worker in 0..<workers where maker.chance.int(in: 0...2) == 0 {
                held[worker] += hashes.prefix(maker.chance.int(in: 1...20))
            }
            for _ in 0..<3 { held[maker.chance.int(in: 0...workers - 1)] += hashes }
            submissions.append(Self.submission(prompt, hashes))
        }
        for worker in 0..<workers {
            var report = maker.report(of: worker)
            report.addedBlocks = held[worker]
            _ = core.handle(.loaded(PlaceCluster.ref(worker), report), now: now)
        }
    }

    /// Times submissions; each request is given up at once, so that the load stays what it was.
    mutating func time(count: Int) -> Distribution {
        let times = (0..<count).map { index in
            var submission = submissions[index % submissions.count]
            submission.request = RequestID(
                rawValue: Bytes128(high: UInt64(index), low: SplitMix64.mix(UInt64(index)))
            )
            now = now + .microseconds(200)
            let start = MonotonicClock.now
            let actions = core.handle(.submitted(submission), now: now)
            let elapsed = MonotonicClock.now - start
            precondition(!actions.isEmpty, "request \(index) was not placed")
            _ = core.handle(.cancelled(submission.request, .clientGone), now: now)
            return Double(elapsed.nanoseconds) / 1e3
        }
        return Distribution(times)
    }

    private static func submission(_ prompt: Int, _ hashes: [BlockHash]) -> Submission {
        var sampling = SamplingParameters()
        sampling.maxTokens = 200
        return Submission(
            request: RequestID(rawValue: Bytes128(high: 0, low: UInt64(prompt))),
            promptTokens: Array(repeating: TokenID(1), count: promptTokens),
            sampling: sampling,
            hashKey: BlockHashKey(rawValue: Bytes128(high: 1, low: 1)),
            blockHashes: hashes,
            secret: Bytes128(high: 1, low: UInt64(prompt))
        )
    }
}
