internal import ServingTypes

/// Who waits, who is served and who is refused.
extension MetricCatalogue {
    static let fairness = [
        classWaiting, requestsRefused, tenantRequests, tenantServed, tenantDeficit, lengthError,
        lengthPredictions,
    ]

    static let classWaiting = MetricDescriptor(
        "baton_class_requests_waiting",
        .gauge,
        of: .router,
        "Requests that wait to be placed, by priority.",
        labels: [MetricLabel("priority", RequestPriority.self)]
    )
    static let requestsRefused = MetricDescriptor(
        "baton_requests_refused_total",
        .counter,
        of: .router,
        "Requests that the router refused before any worker saw them, by reason.",
        labels: [MetricLabel("reason", RefusalReason.self)]
    )
    static let tenantRequests = MetricDescriptor(
        "baton_tenant_requests",
        .gauge,
        of: .router,
        "Requests of a tenant that wait to be placed, and all that are not over.",
        labels: [.tenant, MetricLabel("state", TenantRequestState.self)]
    )
    static let tenantServed = MetricDescriptor(
        "baton_tenant_served_tokens",
        .gauge,
        .tokens,
        of: .router,
        "Tokens of a tenant's requests that are over, since the start: prompt tokens computed or cached,"
            + " and output tokens.",
        labels: [.tenant, MetricLabel("kind", TenantTokenKind.self)]
    )
    static let tenantDeficit = MetricDescriptor(
        "baton_tenant_deficit",
        .gauge,
        of: .router,
        "Cost units that a tenant may be served before others have their turn, by priority; below zero when"
            + " it has had more than its turn.",
        labels: [.tenant, MetricLabel("priority", RequestPriority.self)]
    )
    static let lengthError = MetricDescriptor(
        "baton_output_length_prediction_error_tokens",
        .histogram(bounds: MetricBounds.requestTokens),
        .tokens,
        of: .router,
        "Absolute difference between the expected and the real tokens of a complete answer."
    )
    static let lengthPredictions = MetricDescriptor(
        "baton_output_length_predictions_total",
        .counter,
        of: .router,
        "Complete answers whose length was predicted, by whether it stayed within the prediction.",
        labels: [MetricLabel("outcome", LengthOutcome.self)]
    )
}
