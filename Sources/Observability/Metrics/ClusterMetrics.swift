internal import ServingTypes

/// What a router shows of its workers and the links between them.
struct ClusterMetrics: Sendable {
    private let workers: GaugeGroup<WorkerRole>
    private let paths: GaugeGroup<PathState>
    private let waiting: GaugeRows
    private let running: GaugeRows
    private let queuedTokens: GaugeRows
    private let usage: GaugeRows
    private let draining: GaugeRows
    private let rate: GaugeRows
    private let share: GaugeRows
    private let roundTrip: GaugeRows
    private let inFlight: GaugeRows
    private let degraded: GaugeRows
    private let staleMessages: CounterSeries
    private let inconsistentMessages: CounterGroup<MessageInconsistency>
    private let lostWorkers: CounterSeries
    private let lostReports: CounterSeries

    init(in registry: PrometheusRegistry) {
        workers = GaugeGroup(MetricCatalogue.workers, in: registry)
        paths = GaugeGroup(MetricCatalogue.paths, in: registry)
        waiting = registry.rows(MetricCatalogue.workerWaiting)
        running = registry.rows(MetricCatalogue.workerRunning)
        queuedTokens = registry.rows(MetricCatalogue.workerQueuedTokens)
        usage = registry.rows(MetricCatalogue.workerKVUsage)
        draining = registry.rows(MetricCatalogue.workerDraining)
        rate = registry.rows(MetricCatalogue.linkRate)
        share = registry.rows(MetricCatalogue.linkShare)
        roundTrip = registry.rows(MetricCatalogue.linkRoundTrip)
        inFlight = registry.rows(MetricCatalogue.linkInFlight)
        degraded = registry.rows(MetricCatalogue.linkDegraded)
        staleMessages = registry.counter(MetricCatalogue.staleMessages)
        inconsistentMessages = CounterGroup(MetricCatalogue.inconsistentMessages, in: registry)
        lostWorkers = registry.counter(MetricCatalogue.lostWorkers)
        lostReports = registry.counter(MetricCatalogue.lostReports)
    }

    func mirror(_ totals: RouterTotals) {
        staleMessages.set(total: totals.stale)
        inconsistentMessages[.conflict].set(total: totals.conflicts)
        inconsistentMessages[.gap].set(total: totals.gaps)
        inconsistentMessages[.violation].set(total: totals.violations)
        lostWorkers.set(total: totals.lostWorkers)
        lostReports.set(total: totals.lostReports)
    }

    /// Shows these workers, by name, as many as the bound allows; returns how many are left out.
    func show(_ figures: [WorkerFigures]) -> Int {
        for role in WorkerRole.allCases { workers[role].set(figures.count { $0.role == role }) }
        let shown = figures.sorted { $0.worker < $1.worker }.prefix(MetricLimits.workers)
        let labels = shown.map { figures in
            PrometheusText.labels([(MetricLabel.worker.name, figures.worker.rawValue)])
        }
        func show(_ rows: GaugeRows, _ value: (WorkerFigures) -> Double) {
            rows.show(zip(labels, shown).map { GaugeRows.Row(labels: $0, value: value($1)) })
        }
        show(waiting) { Double($0.waiting) }
        show(running) { Double($0.running) }
        show(queuedTokens) { Double($0.queuedTokens) }
        show(usage) { $0.blocks.usage }
        show(draining) { $0.isDraining ? 1 : 0 }
        return figures.count - shown.count
    }

    /// Shows these links, by sender and receiver, as many as the bound allows; returns how many are left out.
    func show(_ figures: [LinkFigures]) -> Int {
        let degradedCount = figures.count(where: \.isDegraded)
        paths[.ok].set(figures.count - degradedCount)
        paths[.degraded].set(degradedCount)
        let shown = figures.sorted { ($0.from, $0.to) < ($1.from, $1.to) }.prefix(MetricLimits.links)
        let labels = shown.map { figures in
            PrometheusText.labels([
                (MetricLabel.from.name, figures.from.rawValue), (MetricLabel.to.name, figures.to.rawValue),
            ])
        }
        func show(_ rows: GaugeRows, _ value: (LinkFigures) -> Double) {
            rows.show(zip(labels, shown).map { GaugeRows.Row(labels: $0, value: value($1)) })
        }
        show(rate) { $0.bytesPerSecond }
        show(share) { $0.shareBytesPerSecond }
        show(roundTrip) { $0.roundTrip.inSeconds }
        show(inFlight) { Double($0.inFlightBytes) }
        show(degraded) { $0.isDegraded ? 1 : 0 }
        return figures.count - shown.count
    }
}
