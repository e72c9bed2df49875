public import ServingTypes

/// What a router measures; see ``MetricCatalogue``.
public struct RouterMetrics: Sendable {
    /// What clients feel, and where the time went.
    public let latency: LatencyMetrics
    /// Requests that are placed on workers.
    public let requestsRunning: GaugeSeries
    /// Requests that wait to be placed.
    public let requestsWaiting: GaugeSeries
    /// Requests that ended, by how.
    public let requestsEnded: CounterGroup<RequestEnding>
    /// Requests that failed or ran out of time, by reason.
    public let requestFailures: CounterGroup<ServingErrorCode>
    /// Prompt tokens of requests that ended.
    public let promptTokens: CounterSeries
    /// Tokens given to clients.
    public let generationTokens: CounterSeries
    /// One observation per complete answer.
    public let requestPromptTokens: HistogramSeries
    /// One observation per complete answer.
    public let requestGenerationTokens: HistogramSeries
    /// Prompt tokens found in a prefix cache.
    public let prefixHitTokens: CounterSeries
    /// Prompt tokens looked up in a prefix cache.
    public let prefixQueriedTokens: CounterSeries
    /// Placements after a request's first.
    public let retries: CounterSeries
    /// Placements that failed, by reason.
    public let failedAttempts: CounterGroup<ServingErrorCode>
    /// Placements by how KV gets to where it is decoded.
    public let plans: CounterGroup<PlanKind>
    /// Placements in which KV crosses, by its codec.
    public let planCodecs: CounterGroup<KVCodec>
    /// What becomes of traces.
    public let tracing: TracingMetrics
    /// What becomes of decisions.
    public let recording: RecordingMetrics
    /// Answers of the client API.
    public let httpRequests: CounterGrid<ClientRoute, AnswerStatus>
    /// How the workers are divided.
    public let pools: PoolMetrics
    /// Who waits, who is served and who is refused.
    public let fairness: FairnessMetrics
    /// What every process measures.
    public let process: ProcessMetrics

    private let cluster: ClusterMetrics
    private let requestsReceived: CounterSeries
    private let attempts: CounterSeries
    private let refusals: CounterSeries
    private let preemptedAttempts: CounterSeries
    private let moves: CounterSeries

    /// Registers the metrics, all zero, so that each is shown before anything happens.
    public init(in registry: PrometheusRegistry) {
        latency = LatencyMetrics(in: registry)
        requestsRunning = registry.gauge(MetricCatalogue.requestsRunning)
        requestsWaiting = registry.gauge(MetricCatalogue.requestsWaiting)
        requestsEnded = CounterGroup(MetricCatalogue.requestsEnded, in: registry)
        requestFailures = CounterGroup(MetricCatalogue.requestFailures, in: registry)
        promptTokens = registry.counter(MetricCatalogue.promptTokens)
        generationTokens = registry.counter(MetricCatalogue.generationTokens)
        requestPromptTokens = registry.histogram(MetricCatalogue.requestPromptTokens)
        requestGenerationTokens = registry.histogram(MetricCatalogue.requestGenerationTokens)
        prefixHitTokens = registry.counter(MetricCatalogue.prefixHitTokens)
        prefixQueriedTokens = registry.counter(MetricCatalogue.prefixQueriedTokens)
        retries = registry.counter(MetricCatalogue.retries)
        failedAttempts = CounterGroup(MetricCatalogue.failedAttempts, in: registry)
        plans = CounterGroup(MetricCatalogue.plans, in: registry)
        planCodecs = CounterGroup(MetricCatalogue.planCodecs, in: registry)
        tracing = TracingMetrics(in: registry)
        recording = RecordingMetrics(in: registry)
        httpRequests = CounterGrid(MetricCatalogue.httpRequests, in: registry)
        pools = PoolMetrics(in: registry)
        fairness = FairnessMetrics(in: registry)
        process = ProcessMetrics(in: registry)
        cluster = ClusterMetrics(in: registry)
        requestsReceived = registry.counter(MetricCatalogue.requestsReceived)
        attempts = registry.counter(MetricCatalogue.attempts)
        preemptedAttempts = registry.counter(MetricCatalogue.preemptedAttempts)
        moves = registry.counter(MetricCatalogue.moves)
        refusals = registry.counter(MetricCatalogue.refusals)
    }

    /// Takes over the totals of the core; to be called in ``PrometheusRegistry/onRender(_:)``.
    public func mirror(_ totals: RouterTotals) {
        requestsReceived.set(total: totals.submitted)
        attempts.set(total: totals.attempts)
        refusals.set(total: totals.refusals)
        preemptedAttempts.set(total: totals.preemptions)
        moves.set(total: totals.moves)
        cluster.mirror(totals)
    }

    /// Shows these workers and links and no others.
    public func mirror(workers: [WorkerFigures], links: [LinkFigures]) {
        process.omittedSeries.set(cluster.show(workers) + cluster.show(links))
    }
}
