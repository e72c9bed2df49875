public import ServingTypes

/// What a worker measures; see ``MetricCatalogue``.
public struct WorkerMetrics: Sendable {
    /// Sequences in prefill or decode.
    public let sequencesRunning: GaugeSeries
    /// Sequences that wait for KV blocks or their first step.
    public let sequencesWaiting: GaugeSeries
    /// One observation per transfer that succeeded, on either side.
    public let transferSeconds: HistogramGrid<TransferDirection, KVCodec>
    /// One observation per transfer that succeeded, on either side.
    public let transferSize: HistogramGrid<TransferDirection, KVCodec>
    /// KV bytes that crossed, before any codec; taken over from the core.
    public let transferBytes: CounterGrid<TransferDirection, KVCodec>
    /// What is kept on behalf of other workers.
    public let leases: GaugeGroup<LeaseKind>
    /// Parts of requests that failed here, by reason.
    public let partFailures: CounterGroup<ServingErrorCode>
    /// Blocks that nobody holds or is expected to need.
    public let headroom: GaugeSeries
    /// One observation per engine step.
    public let stepSeconds: HistogramSeries
    /// One observation per engine step.
    public let stepTokens: HistogramSeries
    /// One observation per prompt, when its first step is planned.
    public let prefillWait: HistogramGroup<PromptClass>
    /// One observation per engine step with prompts.
    public let prefillBatchTokens: HistogramSeries
    /// Prompts with fewer tokens to compute are short.
    public let prefillBoundary: GaugeSeries
    /// Length of the waiting window in force.
    public let prefillWindow: GaugeSeries
    /// Waiting windows opened; taken over from the core.
    public let prefillWindows: CounterSeries
    /// Steps by whose turn it was; taken over from the core.
    public let prefillTurns: CounterGroup<PromptClass>
    /// How well the durations of steps are predicted.
    public let stepTimes: StepTimeMetrics
    /// One observation per step in which others ran: for how long.
    public let preemptedSeconds: HistogramSeries
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
    private let usage: GaugeSeries
    private let prefixHitTokens: CounterSeries
    private let prefixQueriedTokens: CounterSeries
    private let layerPreemptions: CounterSeries
    private let nestedSteps: CounterSeries
    private let staleMessages: CounterSeries
    private let discardedChunks: CounterSeries
    private let unauthorizedMessages: CounterSeries
    private let preemptions: CounterSeries
    private let grownBlocks: CounterSeries

    /// Registers the metrics, all zero, so that each is shown before anything happens.
    public init(in registry: PrometheusRegistry) {
        sequencesRunning = registry.gauge(MetricCatalogue.sequencesRunning)
        sequencesWaiting = registry.gauge(MetricCatalogue.sequencesWaiting)
        transferSeconds = HistogramGrid(MetricCatalogue.transferSeconds, in: registry)
        transferSize = HistogramGrid(MetricCatalogue.transferSize, in: registry)
        transferBytes = CounterGrid(MetricCatalogue.transferBytes, in: registry)
        leases = GaugeGroup(MetricCatalogue.leases, in: registry)
        partFailures = CounterGroup(MetricCatalogue.partFailures, in: registry)
        stepSeconds = registry.histogram(MetricCatalogue.stepSeconds)
        stepTokens = registry.histogram(MetricCatalogue.stepTokens)
        prefillWait = HistogramGroup(MetricCatalogue.prefillWait, in: registry)
        prefillBatchTokens = registry.histogram(MetricCatalogue.prefillBatchTokens)
        prefillBoundary = registry.gauge(MetricCatalogue.prefillBoundary)
        prefillWindow = registry.gauge(MetricCatalogue.prefillWindow)
        prefillWindows = registry.counter(MetricCatalogue.prefillWindows)
        prefillTurns = CounterGroup(MetricCatalogue.prefillTurns, in: registry)
        stepTimes = StepTimeMetrics(in: registry)
        preemptedSeconds = registry.histogram(MetricCatalogue.preemptedSeconds)
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
        usage = registry.gauge(MetricCatalogue.kvUsage)
        prefixHitTokens = registry.counter(MetricCatalogue.prefixHitTokens)
        prefixQueriedTokens = registry.counter(MetricCatalogue.prefixQueriedTokens)
        layerPreemptions = registry.counter(MetricCatalogue.layerPreemptions)
        nestedSteps = registry.counter(MetricCatalogue.nestedSteps)
        staleMessages = registry.counter(MetricCatalogue.staleMessages)
        discardedChunks = registry.counter(MetricCatalogue.discardedChunks)
        headroom = registry.gauge(MetricCatalogue.headroom)
        preemptions = registry.counter(MetricCatalogue.preemptions)
        grownBlocks = registry.counter(MetricCatalogue.grownBlocks)
        unauthorizedMessages = registry.counter(MetricCatalogue.unauthorizedMessages)
    }

    /// Takes over the totals of the core; to be called in ``PrometheusRegistry/onRender(_:)``.
    public func mirror(_ totals: WorkerTotals) {
        staleMessages.set(total: totals.stale)
        discardedChunks.set(total: totals.discardedChunks)
        unauthorizedMessages.set(total: totals.unauthorized)
        prefixHitTokens.set(total: totals.hitTokens)
        prefixQueriedTokens.set(total: totals.queriedTokens)
        wireBytes.set(total: totals.wireBytes)
        damagedChunks.set(total: totals.damagedChunks)
        resentChunks.set(total: totals.resentChunks)
        fetches[.begun].set(total: totals.fetches)
        fetches[.failed].set(total: totals.failedFetches)
        fetches[.served].set(total: totals.servedFetches)
        preemptions.set(total: totals.preemptions)
        grownBlocks.set(total: totals.grownBlocks)
        fetchedTokens.set(total: totals.fetchedTokens)
        layerPreemptions.set(total: totals.layerPreemptions)
        nestedSteps.set(total: totals.nestedSteps)
    }

    /// Shows the measured paths to other workers; the series of a path that is gone go with it.
    public func mirror(paths reports: [PathReport]) { process.omittedSeries.set(paths.show(reports)) }

    /// Shows how many lanes to other workers are open.
    public func mirror(lanes count: Int) { lanes.set(count) }

    /// Shows the pool by state.
    public func mirror(_ gauges: BlockGauges) {
        usage.set(gauges.usage)
        blocks[.free].set(gauges.free)
        blocks[.cached].set(gauges.cached)
        blocks[.running].set(gauges.running)
        blocks[.reserved].set(gauges.reserved)
        blocks[.leased].set(gauges.leased)
        blocks[.quarantined].set(gauges.quarantined)
    }
}
