/// The result of one run against a server or in the simulator: counts, rates, latencies and, if kept, each
/// request.
///
/// Times are milliseconds, rates are per second of ``duration``. In JSON the keys are those of `vllm bench
/// serve --save-result` wherever it has one (`mean_ttft_ms`, `p99_tpot_ms`, `request_throughput`), with the
/// same meaning. Latencies without a further word count **from the send**, as there, so that figures of
/// different clients can be laid side by side. In an open loop the headline is what includes the client's
/// queue, counted **from the scheduled arrival**: a client that is late, or waits for a free connection,
/// would otherwise hide the server's queue (coordinated omission). Goodput exists in both forms for the same
/// reason.
public struct RunReport: Hashable, Sendable {
    /// The version of the format that this build writes, and the only one that it reads.
    public static let formatVersion = 1

    /// What made the report, with its version.
    public var tool: String
    /// When the run started, as the caller writes dates; `nil` in simulated time.
    public var startedAt: String?
    /// What was asked.
    public var settings: RunSettings
    /// From the start of the run to the end of its last request, in seconds.
    public var durationSeconds: Double
    /// Requests answered in full.
    public var completed: Int
    /// Requests that failed, whether sent or not.
    public var failed: Int
    /// Prompt tokens of completed requests.
    public var inputTokens: Int
    /// Output tokens of completed requests.
    public var outputTokens: Int
    /// Prompt tokens of completed requests that the server found in a cache; `nil` when it never said.
    public var cachedTokens: Int?
    /// Completed requests that met every service level, counted from the send; `nil` without levels.
    public var goodCompleted: Int?
    /// Completed requests that met every service level, counted from the scheduled arrival; `nil` without
    /// levels.
    public var goodCompletedIncludingClientQueue: Int?
    /// Output tokens of the busiest interval, per second.
    public var peakOutputTokensPerSecond: Double
    /// Most requests in flight at once.
    public var peakConcurrency: Int
    /// Latencies of completed requests; a metric without values is absent.
    public var metrics: [LatencyMetric: MetricSummary]
    /// Failed requests by reason.
    public var failures: [FailureReason: Int]
    /// Figures of the trace's groups by name, then of the classes of lengths; empty when there are none.
    public var groups: [ReportGroup]
    /// The run in time.
    public var series: RunSeries
    /// Every request, by index; `nil` when rows were not kept.
    public var requests: [RequestOutcome]?
}

extension RunReport {
    /// Completed requests per second.
    public var requestThroughput: Double { perSecond(completed) }

    /// Output tokens of completed requests per second.
    public var outputThroughput: Double { perSecond(outputTokens) }

    /// Prompt and output tokens of completed requests per second.
    public var totalTokenThroughput: Double { perSecond(inputTokens + outputTokens) }

    /// Requests per second that met every service level, counted from the send; `nil` without levels.
    public var requestGoodput: Double? { goodCompleted.map(perSecond) }

    /// Requests per second that met every service level, counted from the scheduled arrival; `nil` without
    /// levels.
    public var requestGoodputIncludingClientQueue: Double? {
        goodCompletedIncludingClientQueue.map(perSecond)
    }

    /// Share of all requests, failed ones included, that met every service level from the scheduled arrival
    /// on in an open loop, from the send in a closed one; `nil` without levels or requests.
    public var goodFraction: Double? {
        let good = settings.isOpenLoop ? goodCompletedIncludingClientQueue : goodCompleted
        guard let good, completed + failed > 0 else { return nil }
        return Double(good) / Double(completed + failed)
    }

    private func perSecond(_ count: Int) -> Double {
        durationSeconds > 0 ? Double(count) / durationSeconds : 0
    }
}
