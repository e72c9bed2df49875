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
    }

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
