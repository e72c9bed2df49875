/// What a router shows of the traces that it exports.
extension MetricCatalogue {
    static let tracing = [tracesExported, tracesDropped, spansRejected]

    static let tracesExported = MetricDescriptor(
        "baton_traces_exported_total",
        .counter,
        of: .router,
        "Requests whose spans the collector took."
    )
    static let tracesDropped = MetricDescriptor(
        "baton_traces_dropped_total",
        .counter,
        of: .router,
        "Sampled requests whose spans never reached the collector, by reason.",
        labels: [MetricLabel("reason", TraceLoss.self)]
    )
    static let spansRejected = MetricDescriptor(
        "baton_spans_rejected_total",
        .counter,
        of: .router,
        "Spans that the collector left out of batches that it took."
    )
}
