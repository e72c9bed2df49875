public import ServingTypes

/// What a router measures of fairness; see ``MetricCatalogue``.
public struct FairnessMetrics: Sendable {
    /// Requests that wait to be placed, by priority.
    public let waiting: GaugeGroup<RequestPriority>

    private let refused: CounterGroup<RefusalReason>
    private let lengthError: HistogramSeries
    private let lengthPredictions: CounterGroup<LengthOutcome>
    private let requests: GaugeRows
    private let served: GaugeRows
    private let deficits: GaugeRows

    init(in registry: PrometheusRegistry) {
        waiting = GaugeGroup(MetricCatalogue.classWaiting, in: registry)
        refused = CounterGroup(MetricCatalogue.requestsRefused, in: registry)
        lengthError = registry.histogram(MetricCatalogue.lengthError)
        lengthPredictions = CounterGroup(MetricCatalogue.lengthPredictions, in: registry)
        requests = registry.rows(MetricCatalogue.tenantRequests)
        served = registry.rows(MetricCatalogue.tenantServed)
        deficits = registry.rows(MetricCatalogue.tenantDeficit)
    }

    /// Takes over how many requests were refused since the start.
    public func mirror(refused totals: [RefusalReason: Int]) {
        for reason in RefusalReason.allCases { refused[reason].set(total: totals[reason] ?? 0) }
    }

    /// Shows these tenants and no others.
    public func show(_ tenants: [TenantMetricRow]) {
        requests.show(
            tenants.flatMap { tenant in
                [
                    Self.row(tenant, "state", TenantRequestState.waiting, tenant.waiting),
                    Self.row(tenant, "state", TenantRequestState.inFlight, tenant.inFlight),
                ]
            }
        )
        served.show(
            tenants.flatMap { tenant in
                [
                    Self.row(tenant, "kind", TenantTokenKind.computed, tenant.computedTokens),
                    Self.row(tenant, "kind", TenantTokenKind.cached, tenant.cachedTokens),
                    Self.row(tenant, "kind", TenantTokenKind.output, tenant.outputTokens),
                ]
            }
        )
        deficits.show(
            tenants.flatMap { tenant in
                RequestPriority.allCases.compactMap { priority in
                    tenant.deficits[priority].map { Self.row(tenant, "priority", priority, $0) }
                }
            }
        )
    }

    /// Compares an answer's length with what was expected.
    public func observe(expectedTokens: Int, outputTokens: Int) {
        lengthError.observe(abs(outputTokens - expectedTokens))
        lengthPredictions[outputTokens <= expectedTokens ? .within : .beyond].add()
    }

    private static func row(
        _ tenant: TenantMetricRow,
        _ label: String,
        _ value: some MetricLabelValue,
        _ count: Int
    ) -> GaugeRows.Row {
        let labels = [(MetricLabel.tenant.name, tenant.name), (label, value.metricLabel)]
        return GaugeRows.Row(labels: PrometheusText.labels(labels), value: Double(count))
    }
}
