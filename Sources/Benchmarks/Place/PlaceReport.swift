/// What placement costs, and how good it is.
struct PlaceReport: Encodable {
    /// One point of a series: microseconds by a number of workers or of blocks.
    struct Point: Encodable {
        var at: Int
        var p50: Double
        var p99: Double

        enum CodingKeys: String, CodingKey {
            case at
            case p50 = "p50_us"
            case p99 = "p99_us"
        }
    }

    var bench = "place"
    var machine: MachineReport
    var seed: UInt64
    /// By number of workers, half of them prefill workers.
    var workers: [String: PlaceTiming]
    var regretMean: Double
    var regretTail: Double
    var regretRequests: Int
    var lookupMilliseconds: Double
    var lookupTailMilliseconds: Double
    var indexBlocks: Int
    var indexBytesPerBlock: Double
    var indexHoldersPerBlock: Double
    var indexInsertionNanoseconds: Double
    /// Placement by workers, and look-up by blocks of the prompt; absent without `--sweep`.
    var byWorkers: [Point]?
    var byBlocks: [Point]?

    enum CodingKeys: String, CodingKey {
        case bench, machine, seed, workers
        case regretMean = "regret_mean"
        case regretTail = "regret_p99"
        case regretRequests = "regret_requests"
        case lookupMilliseconds = "prefix_lookup_128k_ms"
        case lookupTailMilliseconds = "prefix_lookup_128k_p99_ms"
        case indexBlocks = "index_blocks"
        case indexBytesPerBlock = "index_bytes_per_block"
        case indexHoldersPerBlock = "index_holders_per_block"
        case indexInsertionNanoseconds = "index_insert_ns"
        case byWorkers = "by_workers"
        case byBlocks = "by_blocks"
    }

    /// For people.
    var text: String {
        func number(_ value: Double?) -> String { value.map(ReportText.number) ?? "–" }
        let sizes = workers.keys.sorted { ($0.count, $0) < ($1.count, $1) }
        let rows = sizes.map { size in
            let timing = workers[size]
            return [
                size, number(timing?.p50), number(timing?.p99), number(timing?.submissionP50),
                number(timing?.submissionP99),
            ]
        }
        let titles = ["workers", "place p50", "p99", "submission p50", "p99"]
        var text = """
            one placement, in microseconds:
            \(ReportText.table(titles, rows))
            regret of \(regretRequests) choices: mean \(number(100 * regretMean)) %, p99 \(number(100 * regretTail)) %
            prefix index of \(indexBlocks) blocks, \(number(indexHoldersPerBlock)) holders each: \
            \(number(indexBytesPerBlock)) bytes per block, \(number(indexInsertionNanoseconds)) ns per insertion
            look-up of 128k tokens: p50 \(number(lookupMilliseconds)) ms, p99 \(number(lookupTailMilliseconds)) ms
            """
        if let byWorkers { text += "\n" + Self.table("workers", byWorkers) }
        if let byBlocks { text += "\n" + Self.table("blocks", byBlocks) }
        return text
    }

    private static func table(_ title: String, _ points: [Point]) -> String {
        let rows = points.map { ["\($0.at)", ReportText.number($0.p50), ReportText.number($0.p99)] }
        return ReportText.table([title, "p50 µs", "p99 µs"], rows)
    }
}
