/// One metric under vLLM's name, so that dashboards made for vLLM work.
///
/// Made when metrics are read, from the values of ``source``: nothing is recorded twice. Every name comes from one
/// kind of daemon only, so that sums over all of them are right. Labels are `engine` ("0") and `model_name`.
///
/// Source of names and buckets: vLLM, vllm/v1/metrics/loggers.py and the NIXL connector's stats.py.
struct VLLMAlias: Sendable {
    /// A label that says the same in vLLM's words.
    struct Relabelling: Sendable {
        /// Our label.
        var from: String
        /// Theirs; `nil` when it only chooses series.
        var to: String?
        /// Our value and theirs; series with other values are left out.
        var values: [(ours: String, theirs: String)]
    }

    let name: String
    let help: String
    let source: MetricDescriptor
    /// Which daemons show it: one kind, also where both have the source.
    let exporter: MetricExporter
    /// vLLM's buckets, some of the source's; `nil` for no histogram.
    var bounds: [Double]?
    var relabelling: Relabelling?

    /// All aliases.
    static let all: [VLLMAlias] = latencies + counts + transfers

    private static let latencies = [
        histogram("time_to_first_token_seconds", MetricCatalogue.timeToFirstToken, firstTokenBounds),
        histogram("inter_token_latency_seconds", MetricCatalogue.interToken, tokenBounds),
        histogram("request_time_per_output_token_seconds", MetricCatalogue.timePerOutputToken, tokenBounds),
        histogram("e2e_request_latency_seconds", MetricCatalogue.endToEnd, requestBounds),
        histogram("request_queue_time_seconds", MetricCatalogue.requestQueue, requestBounds),
        histogram("request_prefill_time_seconds", MetricCatalogue.requestPrefill, requestBounds),
        histogram("request_decode_time_seconds", MetricCatalogue.requestDecode, requestBounds),
        histogram(
            "request_prompt_tokens",
            MetricCatalogue.requestPromptTokens,
            MetricBounds.requestTokens
        ),
        histogram(
            "request_generation_tokens",
            MetricCatalogue.requestGenerationTokens,
            MetricBounds.requestTokens
        ),
    ]

    private static let counts = [
        plain("num_requests_running", MetricCatalogue.requestsRunning),
        plain("num_requests_waiting", MetricCatalogue.requestsWaiting),
        plain("kv_cache_usage_perc", MetricCatalogue.kvUsage),
        plain("prefix_cache_queries_total", MetricCatalogue.prefixQueriedTokens, of: .worker),
        plain("prefix_cache_hits_total", MetricCatalogue.prefixHitTokens, of: .worker),
        plain("num_preemptions_total", MetricCatalogue.preemptions),
        plain("prompt_tokens_total", MetricCatalogue.promptTokens),
        plain("generation_tokens_total", MetricCatalogue.generationTokens),
        VLLMAlias(
            name: "vllm:request_success_total",
            help: MetricCatalogue.requestsEnded.help,
            source: MetricCatalogue.requestsEnded,
            exporter: .router,
            relabelling: Relabelling(
                from: "finish_reason",
                to: "finished_reason",
                values: [
                    ("stop", "stop"), ("length", "length"), ("client_gone", "abort"), ("deadline", "abort"),
                    ("shutdown", "abort"), ("error", "error"),
                ]
            )
        ),
    ]

    private static let transfers = [
        only(
            histogram("nixl_xfer_time_seconds", MetricCatalogue.transferSeconds, transferBounds),
            "direction",
            ["received"]
        ),
        only(
            histogram(
                "nixl_bytes_transferred",
                MetricCatalogue.transferSize,
                MetricBounds.transferBytes
            ),
            "direction",
            ["received"]
        ),
        only(
            plain("nixl_num_failed_transfers_total", MetricCatalogue.partFailures),
            "reason",
            ["peer_lost", "checksum", "layout_mismatch", "unauthorized", "protocol_violation"]
        ),
        only(
            plain("nixl_num_kv_expired_reqs_total", MetricCatalogue.partFailures),
            "reason",
            ["lease_expired"]
        ),
    ]

    private static let firstTokenBounds = [
        0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80, 160,
        640, 2_560,
    ]
    private static let tokenBounds = [
        0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80,
    ]
    private static let requestBounds = [
        0.3, 0.5, 0.8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60, 120, 240, 480, 960, 1_920, 7_680,
    ]
    private static let transferBounds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 5]

    private static func plain(
        _ name: String,
        _ source: MetricDescriptor,
        of exporter: MetricExporter? = nil
    ) -> VLLMAlias {
        VLLMAlias(
            name: "vllm:\(name)",
            help: source.help,
            source: source,
            exporter: exporter ?? source.exporter
        )
    }

    private static func histogram(
        _ name: String,
        _ source: MetricDescriptor,
        _ bounds: [Double]
    ) -> VLLMAlias {
        VLLMAlias(
            name: "vllm:\(name)",
            help: source.help,
            source: source,
            exporter: source.exporter,
            bounds: bounds
        )
    }

    private static func only(_ alias: VLLMAlias, _ label: String, _ values: [String]) -> VLLMAlias {
        var alias = alias
        alias.relabelling = Relabelling(from: label, to: nil, values: values.map { ($0, $0) })
        return alias
    }
}
