public import ServingTypes

/// What a router measures; see ``MetricCatalogue``.
public struct RouterMetrics: Sendable {
    /// One observation per request, at its first token.
    public let timeToFirstToken: HistogramSeries
    /// One observation per token after the first.
    public let interToken: HistogramSeries
    /// One observation per finished request of two tokens or more: (E2EL − TTFT) / (tokens − 1).
    public let timePerOutputToken: HistogramSeries
    /// One observation per finished request.
    public let endToEnd: HistogramSeries
    /// One observation per request whose KV was handed off, at its second token.
    public let handOffGap: HistogramSeries
    /// Requests that are placed on workers.
    public let requestsRunning: GaugeSeries
    /// Requests that wait to be placed.
    public let requestsWaiting: GaugeSeries
    /// Errors given to clients.
    public let errors: CounterGroup<ServingErrorCode>
    /// Prompt tokens of finished requests.
    public let promptTokens: CounterSeries
    /// Tokens given to clients.
    public let generationTokens: CounterSeries
    /// Prompt tokens found in a prefix cache.
    public let prefixHitTokens: CounterSeries
    /// Registered workers.
    public let workers: GaugeGroup<WorkerRole>
    /// Placements by how KV gets to where it is decoded.
    public let plans: CounterGroup<PlanKind>
    /// Placements in which KV crosses, by its codec.
    public let planCodecs: CounterGroup<KVCodec>
    /// What becomes of traces.
    public let tracing: TracingMetrics
    /// What every process measures.
    public let process: ProcessMetrics

    private let paths: GaugeGroup<PathState>
    private let requestsReceived: CounterSeries
    private let requests: CounterGroup<RequestEnding>
    private let attempts: CounterSeries
    private let failedAttempts: CounterSeries
    private let refusals: CounterSeries
    private let staleMessages: CounterSeries
    private let inconsistentMessages: CounterGroup<MessageInconsistency>
    private let lostWorkers: CounterSeries
    private let lostReports: CounterSeries

    /// Creates the metrics, all zero, so that each is shown before anything happens.
    public init(in registry: PrometheusRegistry) {
        timeToFirstToken = registry.histogram(MetricCatalogue.timeToFirstToken)
        interToken = registry.histogram(MetricCatalogue.interToken)
        timePerOutputToken = registry.histogram(MetricCatalogue.timePerOutputToken)
        endToEnd = registry.histogram(MetricCatalogue.endToEnd)
        handOffGap = registry.histogram(MetricCatalogue.handOffGap)
        requestsRunning = registry.gauge(MetricCatalogue.requestsRunning)
        requestsWaiting = registry.gauge(MetricCatalogue.requestsWaiting)
        errors = CounterGroup(MetricCatalogue.errors, in: registry)
        promptTokens = registry.counter(MetricCatalogue.promptTokens)
        generationTokens = registry.counter(MetricCatalogue.generationTokens)
        prefixHitTokens = registry.counter(MetricCatalogue.prefixHitTokens)
        workers = GaugeGroup(MetricCatalogue.workers, in: registry)
        plans = CounterGroup(MetricCatalogue.plans, in: registry)
        planCodecs = CounterGroup(MetricCatalogue.planCodecs, in: registry)
        paths = GaugeGroup(MetricCatalogue.paths, in: registry)
        tracing = TracingMetrics(in: registry)
        process = ProcessMetrics(in: registry)
        requestsReceived = registry.counter(MetricCatalogue.requestsReceived)
        requests = CounterGroup(MetricCatalogue.requests, in: registry)
        attempts = registry.counter(MetricCatalogue.attempts)
        failedAttempts = registry.counter(MetricCatalogue.failedAttempts)
        refusals = registry.counter(MetricCatalogue.refusals)
        staleMessages = registry.counter(MetricCatalogue.staleMessages)
        inconsistentMessages = CounterGroup(MetricCatalogue.inconsistentMessages, in: registry)
        lostWorkers = registry.counter(MetricCatalogue.lostWorkers)
        lostReports = registry.counter(MetricCatalogue.lostReports)
    }

    /// Takes over the totals of the core; to be called in ``PrometheusRegistry/onRender(_:)``.
    public func mirror(_ totals: RouterTotals) {
        requestsReceived.set(total: totals.submitted)
        requests[.finished].set(total: totals.finished)
        requests[.failed].set(total: totals.failed)
        requests[.cancelled].set(total: totals.cancelled)
        attempts.set(total: totals.attempts)
        failedAttempts.set(total: totals.failedAttempts)
        refusals.set(total: totals.refusals)
        staleMessages.set(total: totals.stale)
        inconsistentMessages[.conflict].set(total: totals.conflicts)
        inconsistentMessages[.gap].set(total: totals.gaps)
        inconsistentMessages[.violation].set(total: totals.violations)
        lostWorkers.set(total: totals.lostWorkers)
        lostReports.set(total: totals.lostReports)
    }

    /// Shows how many of the paths that workers report are degraded.
    public func mirror(pathCount: Int, degradedCount: Int) {
        paths[.ok].set(pathCount - degradedCount)
        paths[.degraded].set(degradedCount)
    }
}
