public import ServingTypes

/// What a router shows of its pools.
public struct PoolMetrics: Sendable {
    private let threshold: GaugeRows
    private let capacity: GaugeGroup<WorkerRole>
    private let demand: GaugeGroup<WorkerRole>
    private let roleChanges: CounterSeries
    private let classWorkers: GaugeGroup<PrefillClassKind>
    private let utilisation: GaugeRows
    private let queue: GaugeRows
    private let sharing: GaugeRows

    init(in registry: PrometheusRegistry) {
        threshold = registry.rows(MetricCatalogue.offloadThreshold)
        capacity = GaugeGroup(MetricCatalogue.poolCapacity, in: registry)
        demand = GaugeGroup(MetricCatalogue.poolDemand, in: registry)
        roleChanges = registry.counter(MetricCatalogue.roleChanges)
        classWorkers = GaugeGroup(MetricCatalogue.prefillClassWorkers, in: registry)
        utilisation = registry.rows(MetricCatalogue.siteUtilisation)
        queue = registry.rows(MetricCatalogue.siteQueue)
        sharing = registry.rows(MetricCatalogue.siteSharing)
    }

    /// Shows a report and nothing of the one before.
    public func show(_ report: PoolsReport) {
        for role in WorkerRole.allCases {
            let pools = report.pools.filter { $0.role == role }
            capacity[role].set(pools.reduce(0) { $0 + $1.capacity })
            demand[role].set(pools.reduce(0) { $0 + $1.demand })
        }
        roleChanges.set(total: report.roleChanges)
        for kind in PrefillClassKind.allCases {
            classWorkers[kind].set(report.prefillClasses.count { $0.kind == kind })
        }
        threshold.show(
            report.thresholds.map { row in
                let labels = PrometheusText.labels([(MetricLabel.decode.name, row.decode.rawValue)])
                return GaugeRows.Row(labels: labels, value: row.tokens.map(Double.init) ?? .infinity)
            }
        )
        show(report.sites)
    }

    private func show(_ sites: [SiteStanding]) {
        let labels = sites.map { site in
            let way = site.isOutgoing ? SiteWay.out : .into
            return PrometheusText.labels([(MetricLabel.site.name, site.site), ("way", way.metricLabel)])
        }
        func show(_ rows: GaugeRows, _ value: (SiteStanding) -> Double) {
            rows.show(zip(labels, sites).map { GaugeRows.Row(labels: $0, value: value($1)) })
        }
        show(utilisation, \.utilisation)
        show(queue) { $0.queued.inSeconds }
        show(sharing) { $0.sharesPrefixes ? 1 : 0 }
    }
}
