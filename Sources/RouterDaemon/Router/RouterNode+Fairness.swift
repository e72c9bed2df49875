internal import Observability
internal import ServingCore
internal import ServingTypes

extension RouterNode {
    /// Brings the figures about tenants and classes up to date; called when metrics are read.
    func mirrorFairness() {
        let figures = state.withLock { $0.core?.fairnessFigures } ?? FairnessFigures()
        for priority in RequestPriority.allCases {
            metrics.fairness.waiting[priority].set(figures.waiting[priority] ?? 0)
        }
        metrics.fairness.mirror(refused: figures.refused)
        var rows = settings.tenantWeights.keys.sorted().map { name in
            TenantMetricRow(name: name, figures.tenants[TenantTag(name: name)])
        }
        rows.append(TenantMetricRow(name: "other", figures.tenants[.none]))
        metrics.fairness.show(rows)
    }
}

extension TenantMetricRow {
    fileprivate init(name: String, _ figures: FairnessFigures.Tenant?) {
        self.init(name: name)
        guard let figures else { return }
        waiting = figures.waiting
        inFlight = figures.inFlight
        computedTokens = figures.served.computed
        cachedTokens = figures.served.cached
        outputTokens = figures.served.output
        deficits = figures.deficits
    }
}
