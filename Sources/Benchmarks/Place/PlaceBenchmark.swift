internal import ServingTypes

/// Measures placement: its time, its regret, and the prefix index that feeds it.
struct PlaceBenchmark {
    private static let sizes = [16, 1_000]
    private static let sweepWorkers = [16, 32, 64, 128, 256, 512, 1_000, 2_000]
    private static let sweepBlocks = [64, 128, 256, 512, 1_024, 2_048, 4_096, 8_192]
    /// Workers of the clusters in which regret is measured.
    private static let regretSizes = [8, 16, 40, 100, 200, 400, 1_000]

    var placements: Int
    var clusters: Int
    var blocks: Int
    var seed: UInt64
    var sweeps: Bool

    func run() throws -> PlaceReport {
        // First, so that memory that others gave back is not counted as the index's.
        var index = try PlaceIndex(blocks: blocks, seed: seed)
        let lookups = index.lookups(blocks: PlaceIndex.longPrompt, count: 400)
        let byBlocks =
            sweeps
            ? Self.sweepBlocks.map { count in
                let times = index.lookups(blocks: count, count: 400)
                return PlaceReport.Point(at: count, p50: 1e3 * times.median, p99: 1e3 * times.quantile(0.99))
            } : nil
        let regret = PlaceRegret.shares(clusters: clusters, sizes: Self.regretSizes, seed: seed)
        return PlaceReport(
            machine: .current,
            seed: seed,
            workers: timings(),
            regretMean: regret.reduce(0, +) / Double(regret.count),
            regretTail: Distribution(regret).quantile(0.99),
            regretRequests: regret.count,
            lookupMilliseconds: lookups.median,
            lookupTailMilliseconds: lookups.quantile(0.99),
            indexBlocks: blocks,
            indexBytesPerBlock: index.bytesPerBlock,
            indexHoldersPerBlock: index.holdersPerBlock,
            indexInsertionNanoseconds: index.insertion,
            byWorkers: sweeps ? Self.sweepWorkers.map(point) : nil,
            byBlocks: byBlocks
        )
    }

    private func timings() -> [String: PlaceTiming] {
        var timings: [String: PlaceTiming] = [:]
        for size in Self.sizes {
            var timing = PlaceTiming.placements(workers: size, count: placements, seed: seed)
            var router = PlaceSubmissions(workers: size, seed: seed)
            let submissions = router.time(count: placements)
            timing.submissionP50 = submissions.median
            timing.submissionP99 = submissions.quantile(0.99)
            timings["\(size)"] = timing
        }
        return timings
    }

    private func point(workers: Int) -> PlaceReport.Point {
        let timing = PlaceTiming.placements(workers: workers, count: placements / 2, seed: seed)
        return PlaceReport.Point(at: workers, p50: timing.p50, p99: timing.p99)
    }
}
