import ServingTypes

/// Sums up the requests of one group.
struct GroupTally: Sendable {
    /// Groups at most: names beyond that are counted together, so that a trace cannot fill the memory.
    static let limit = 64
    /// The group of those names.
    static let others = "(others)"

    private var completed = 0
    private var failed = 0
    private var inputTokens = 0
    private var outputTokens = 0
    private var cachedTokens: Int?
    private var histograms: [LatencyMetric: LatencyHistogram] = [:]

    mutating func add(_ outcome: RequestOutcome) {
        guard outcome.isCompleted else {
            failed += 1
            return
        }
        completed += 1
        inputTokens += outcome.promptTokens
        outputTokens += outcome.outputTokens
        if let cached = outcome.cachedTokens { cachedTokens = (cachedTokens ?? 0) + cached }
        for metric in LatencyMetric.allCases {
            if let value = outcome.latency(metric) { histograms[metric, default: .init()].record(value) }
        }
        for gap in outcome.interTokenLatencies { histograms[.itl, default: .init()].record(gap) }
    }

    func group(named name: String, percentiles: [Double]) -> ReportGroup {
        ReportGroup(
            name: name,
            completed: completed,
            failed: failed,
            inputTokens: inputTokens,
            outputTokens: outputTokens,
            cachedTokens: cachedTokens,
            latencies: histograms.compactMapValues { histogram in
                histogram.summary(percentiles: percentiles).map { summary in
                    ReportGroup.Latency(
                        count: summary.count,
                        mean: summary.mean,
                        median: summary.median,
                        percentiles: summary.percentiles.map(\.milliseconds)
                    )
                }
            }
        )
    }
}
