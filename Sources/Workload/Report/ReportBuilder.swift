import ServingTypes

/// Sums up a run, request by request, in any order.
///
/// Without rows its memory is the histograms, the series and 16 bytes a request.
public struct ReportBuilder: Sendable {
    private let settings: RunSettings
    private let keepsRows: Bool
    private var rows: [RequestOutcome] = []
    private var histograms: [LatencyMetric: LatencyHistogram] = [:]
    private var failures: [FailureReason: Int] = [:]
    private var series: SeriesBuilder
    private var flights = FlightCounter()
    private let classes: LengthClasses
    private var classTallies: [GroupTally]
    private var groupTallies: [String: GroupTally] = [:]
    private var inputTokens = 0
    private var cachedTokens: Int?
    private var good = 0
    private var goodIncludingClientQueue = 0
    /// Requests answered in full so far.
    public private(set) var completed = 0
    /// Requests that failed so far.
    public private(set) var failed = 0
    /// Output tokens of completed requests so far.
    public private(set) var outputTokens = 0

    /// A run without requests.
    ///
    /// - Parameters:
    ///   - settings: what was asked; its percentiles are 0 to 100.
    ///   - interval: length of an interval of the series, above zero.
    ///   - keepsRows: whether the report holds every request.
    public init(settings: RunSettings, interval: Duration = .seconds(1), keepsRows: Bool = true) {
        precondition(
            settings.percentiles.allSatisfy { (0...100).contains($0) },
            "percentiles \(settings.percentiles)"
        )
        self.settings = settings
        self.keepsRows = keepsRows
        series = SeriesBuilder(interval: interval)
        classes = LengthClasses(boundaries: settings.lengthBoundaries)
        classTallies = Array(repeating: GroupTally(), count: settings.lengthBoundaries.count + 1)
    }

    /// Adds a request that is over: one that is neither completed nor failed counts as cancelled.
    public mutating func add(_ outcome: RequestOutcome) {
        var outcome = outcome
        if !outcome.isCompleted, outcome.failure == nil {
            outcome.failure = outcome.sent == nil || outcome.ended == nil ? .cancelled : .empty
        }
        if let detail = outcome.failureDetail {
            outcome.failureDetail = String(detail.prefix(RequestOutcome.detailLimit))
        }
        series.add(outcome)
        flights.add(outcome)
        tally(outcome)
        if let failure = outcome.failure {
            failed += 1
            failures[failure, default: 0] += 1
        } else {
            addCompleted(outcome)
        }
        if keepsRows { rows.append(outcome) }
    }

    private mutating func tally(_ outcome: RequestOutcome) {
        if let index = classes.index(of: outcome.promptTokens) { classTallies[index].add(outcome) }
        guard let group = outcome.group else { return }
        let hasRoom = groupTallies[group] != nil || groupTallies.count < GroupTally.limit
        groupTallies[hasRoom ? group : GroupTally.others, default: GroupTally()].add(outcome)
    }

    /// The groups by name, then the classes of lengths.
    private var groups: [ReportGroup] {
        groupTallies.sorted { $0.key < $1.key }
            .map { $0.value.group(named: $0.key, percentiles: settings.percentiles) }
            + (classes.boundaries.isEmpty
                ? []
                : classTallies.enumerated().map { index, tally in
                    tally.group(named: classes.name(of: index), percentiles: settings.percentiles)
                })
    }

    private mutating func addCompleted(_ outcome: RequestOutcome) {
        completed += 1
        inputTokens += outcome.promptTokens
        outputTokens += outcome.outputTokens
        if let cached = outcome.cachedTokens { cachedTokens = (cachedTokens ?? 0) + cached }
        for metric in LatencyMetric.allCases {
            if let value = outcome.latency(metric) { histograms[metric, default: .init()].record(value) }
        }
        for gap in outcome.interTokenLatencies { histograms[.itl, default: .init()].record(gap) }
        let levels = settings.serviceLevels
        if levels.areMet(by: outcome, includingClientQueue: false) { good += 1 }
        if levels.areMet(by: outcome, includingClientQueue: true) { goodIncludingClientQueue += 1 }
    }

    /// The distribution of one latency so far, for progress; `nil` without values.
    ///
    /// - Complexity: O(histogram).
    public func summary(of metric: LatencyMetric) -> MetricSummary? {
        histograms[metric]?.summary(percentiles: settings.percentiles)
    }

    /// The report of the requests added.
    ///
    /// - Parameters:
    ///   - duration: from the start of the run to the end of its last request.
    ///   - tool: what made the report, with its version.
    ///   - startedAt: when the run started, as the caller writes dates.
    public func report(duration: Duration, tool: String, startedAt: String? = nil) -> RunReport {
        let asked = !settings.serviceLevels.isEmpty
        return RunReport(
            tool: tool,
            startedAt: startedAt,
            settings: settings,
            durationSeconds: duration.inSeconds,
            completed: completed,
            failed: failed,
            inputTokens: inputTokens,
            outputTokens: outputTokens,
            cachedTokens: cachedTokens,
            goodCompleted: asked ? good : nil,
            goodCompletedIncludingClientQueue: asked ? goodIncludingClientQueue : nil,
            peakOutputTokensPerSecond: series.peakOutputTokensPerSecond,
            peakConcurrency: flights.peak,
            metrics: histograms.compactMapValues { $0.summary(percentiles: settings.percentiles) },
            failures: failures,
            groups: groups,
            series: series.finished,
            requests: keepsRows ? rows.sorted { $0.index < $1.index } : nil
        )
    }
}
