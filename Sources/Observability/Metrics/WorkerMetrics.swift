public import ServingTypes

/// What a worker measures; see ``MetricCatalogue``.
public struct WorkerMetrics: Sendable {
    /// Sequences in prefill or decode.
    public let sequencesRunning: GaugeSeries
    /// Sequences that wait for KV blocks or their first step.
    public let sequencesWaiting: GaugeSeries
    /// One observation per transfer that its receiver verified, at the sender.
    public let transferSeconds: HistogramSeries
    /// Parts of requests that failed here.
    public let partsFailed: CounterGroup<ServingErrorCode>
    /// One observation per engine step.
    public let stepSeconds: HistogramSeries
    /// One observation per engine step.
    public let stepTokens: HistogramSeries
    /// What every process measures.
    public let process: ProcessMetrics

    /// Paths that became degraded.
    public let pathDegradations: CounterSeries

    private let paths: PathGauges
    private let lanes: GaugeSeries
    private let wireBytes: CounterSeries
    private let damagedChunks: CounterSeries
    private let resentChunks: CounterSeries
    private let fetches: CounterGroup<FetchEvent>
    private let fetchedTokens: CounterSeries
    private let blocks: GaugeGroup<KVBlockState>
    private let transferBytes: CounterGroup<TransferDirection>
    private let prefixHitTokens: CounterSeries
    private let staleMessages: CounterSeries
    private let discardedChunks: CounterSeries
    private let unauthorizedMessages: CounterSeries

    /// Creates the metrics, all zero, so that each is shown before anything happens.
    public init(in registry: PrometheusRegistry) {
        sequencesRunning = registry.gauge(MetricCatalogue.sequencesRunning)
        sequencesWaiting = registry.gauge(MetricCatalogue.sequencesWaiting)
        transferSeconds = registry.histogram(MetricCatalogue.transferSeconds)
        partsFailed = CounterGroup(MetricCatalogue.partsFailed, in: registry)
        stepSeconds = registry.histogram(MetricCatalogue.stepSeconds)
        stepTokens = registry.histogram(MetricCatalogue.stepTokens)
        process = ProcessMetrics(in: registry)
        pathDegradations = registry.counter(MetricCatalogue.pathDegradations)
        paths = PathGauges(in: registry)
        lanes = registry.gauge(MetricCatalogue.lanes)
        wireBytes = registry.counter(MetricCatalogue.wireBytes)
        damagedChunks = registry.counter(MetricCatalogue.damagedChunks)
        resentChunks = registry.counter(MetricCatalogue.resentChunks)
        fetches = CounterGroup(MetricCatalogue.fetches, in: registry)
        fetchedTokens = registry.counter(MetricCatalogue.fetchedTokens)
        blocks = GaugeGroup(MetricCatalogue.blocks, in: registry)
        transferBytes = CounterGroup(MetricCatalogue.transferBytes, in: registry)
        prefixHitTokens = registry.counter(MetricCatalogue.prefixHitTokens)
        staleMessages = registry.counter(MetricCatalogue.staleMessages)
        discardedChunks = registry.counter(MetricCatalogue.discardedChunks)
        unauthorizedMessages = registry.counter(MetricCatalogue.unauthorizedMessages)
    }

    /// Takes over the totals of the core; to be called in ``PrometheusRegistry/onRender(_:)``.
    public func mirror(_ totals: WorkerTotals) {
        staleMessages.set(total: totals.stale)
        discardedChunks.set(total: totals.discardedChunks)
        unauthorizedMessages.set(total: totals.unauthorized)
        prefixHitTokens.set(total: totals.hitTokens)
        transferBytes[.sent].set(total: totals.sentBytes)
        transferBytes[.received].set(total: totals.receivedBytes)
        wireBytes.set(total: totals.wireBytes)
        damagedChunks.set(total: totals.damagedChunks)
        resentChunks.set(total: totals.resentChunks)
        fetches[.begun].set(total: totals.fetches)
        fetches[.failed].set(total: totals.failedFetches)
        fetches[.served].set(total: totals.servedFetches)
        fetchedTokens.set(total: totals.fetchedTokens)
    }

    /// Shows the measured paths to other workers; the series of a path that is gone go with it.
    public func mirror(paths reports: [PathReport]) { paths.show(reports) }

    /// Shows how many lanes to other workers are open.
    public func mirror(lanes count: Int) { lanes.set(count) }

    /// Shows the pool by state.
    public func mirror(_ gauges: BlockGauges) {
        blocks[.free].set(gauges.free)
        blocks[.cached].set(gauges.cached)
        blocks[.running].set(gauges.running)
        blocks[.reserved].set(gauges.reserved)
        blocks[.leased].set(gauges.leased)
        blocks[.quarantined].set(gauges.quarantined)
    }
}
