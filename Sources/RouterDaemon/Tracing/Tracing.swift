internal import DaemonKit
internal import Logging
internal import Observability
internal import Settings

/// The two ends of tracing in a router: where requests begin, and where their spans leave.
struct Tracing: Sendable {
    let tracer: Tracer
    let exporter: TraceExporter

    /// Puts both together; `nil` when the settings name no collector.
    ///
    /// - Throws: what is wrong with the collector's authorities.
    init?(_ settings: RouterSettings, metrics: TracingMetrics, logger: Logger) throws {
        guard let endpoint = settings.tracing.endpoint else { return nil }
        let pace = TraceExporter.Pace()
        let queue = TraceQueue(limit: settings.tracing.queueLimit, batch: pace.batch, metrics: metrics)
        tracer = Tracer(sampler: TraceSampler(ratio: settings.tracing.sampleRatio), queue: queue)
        exporter = TraceExporter(
            queue: queue,
            endpoint: try CollectorEndpoint(
                url: endpoint,
                settings: settings.tracing,
                version: Version.text
            ),
            document: OTLPDocument(instance: settings.name, cluster: settings.cluster, version: Version.text),
            metrics: metrics,
            flushLimit: settings.tracing.timeout,
            pace: pace,
            logger: logger
        )
    }
}
