internal import ServingTypes

/// Every metric of Baton: the one table that names and explains them.
public enum MetricCatalogue {
    /// What a router shows, in the order of the documentation.
    public static let router: [MetricDescriptor] =
        [
            timeToFirstToken, interToken, timePerOutputToken, endToEnd, handOffGap, requestsRunning,
            requestsWaiting,
            requestsReceived, requests, errors, promptTokens, generationTokens, prefixHitTokens, attempts,
            failedAttempts, refusals, plans, planCodecs, staleMessages, inconsistentMessages, workers,
            lostWorkers, lostReports, paths,
        ] + tracing + process

    /// What a worker shows, in the order of the documentation.
    public static let worker: [MetricDescriptor] =
        [
            blocks, sequencesRunning, sequencesWaiting, transferBytes, transferSeconds, partsFailed,
            prefixHitTokens,
            fetches, fetchedTokens,
            staleMessages, discardedChunks, unauthorizedMessages, stepSeconds, stepTokens,
        ] + transport + process

    /// What a worker shows of its connections to other workers.
    static let transport = [
        wireBytes, damagedChunks, resentChunks, lanes, paths, pathRate, pathExpectedRate, pathRoundTrip,
        pathInFlight, pathDegraded, pathDegradations,
    ]

    /// What every process shows.
    static let process = [certificateExpiry, linksRefused, droppedSeries]

    static let timeToFirstToken = MetricDescriptor(
        "baton_time_to_first_token_seconds",
        .histogram(bounds: MetricBounds.requestSeconds),
        "Time from a request's arrival to its first token."
    )
    static let interToken = MetricDescriptor(
        "baton_inter_token_latency_seconds",
        .histogram(bounds: MetricBounds.tokenSeconds),
        "Time between two neighbouring tokens of a request."
    )
    static let timePerOutputToken = MetricDescriptor(
        "baton_time_per_output_token_seconds",
        .histogram(bounds: MetricBounds.tokenSeconds),
        "Mean time per token after the first, one observation per finished request."
    )
    static let endToEnd = MetricDescriptor(
        "baton_e2e_request_latency_seconds",
        .histogram(bounds: MetricBounds.requestSeconds),
        "Time from a request's arrival to its last token."
    )
    static let handOffGap = MetricDescriptor(
        "baton_hand_off_gap_seconds",
        .histogram(bounds: MetricBounds.tokenSeconds),
        "Time from the first to the second token of requests whose KV was handed off."
    )
    static let requestsRunning = MetricDescriptor(
        "baton_requests_running",
        .gauge,
        "Requests that are placed on workers."
    )
    static let requestsWaiting = MetricDescriptor(
        "baton_requests_waiting",
        .gauge,
        "Requests that wait to be placed."
    )
    static let requestsReceived = MetricDescriptor(
        "baton_requests_received_total",
        .counter,
        "Requests that came."
    )
    static let requests = MetricDescriptor(
        "baton_requests_total",
        .counter,
        "Requests that ended, by outcome.",
        label: MetricLabel("outcome", RequestEnding.self)
    )
    static let errors = MetricDescriptor(
        "baton_errors_total",
        .counter,
        "Errors given to clients, by code.",
        label: MetricLabel("code", ServingErrorCode.self)
    )
    static let promptTokens = MetricDescriptor(
        "baton_prompt_tokens_total",
        .counter,
        "Prompt tokens of finished requests."
    )
    static let generationTokens = MetricDescriptor(
        "baton_generation_tokens_total",
        .counter,
        "Tokens given to clients."
    )
    static let prefixHitTokens = MetricDescriptor(
        "baton_prefix_hit_tokens_total",
        .counter,
        "Prompt tokens found in a prefix cache."
    )
    static let attempts = MetricDescriptor(
        "baton_attempts_total",
        .counter,
        "Placements of requests on workers."
    )
    static let failedAttempts = MetricDescriptor(
        "baton_failed_attempts_total",
        .counter,
        "Placements that failed and were replaced or were the last."
    )
    static let refusals = MetricDescriptor(
        "baton_refusals_total",
        .counter,
        "Placements that a worker refused."
    )
    static let staleMessages = MetricDescriptor(
        "baton_stale_messages_total",
        .counter,
        "Messages about work that was over or had moved on; dropped."
    )
    static let inconsistentMessages = MetricDescriptor(
        "baton_inconsistent_messages_total",
        .counter,
        "Messages from workers that contradict what is known, by kind.",
        label: MetricLabel("kind", MessageInconsistency.self)
    )
    static let workers = MetricDescriptor(
        "baton_workers",
        .gauge,
        "Registered workers, by role.",
        label: MetricLabel("role", WorkerRole.self)
    )
    static let lostWorkers = MetricDescriptor(
        "baton_lost_workers_total",
        .counter,
        "Workers whose connection closed or that started anew."
    )
    static let lostReports = MetricDescriptor(
        "baton_lost_load_reports_total",
        .counter,
        "Load reports that did not follow the one before."
    )

    static let blocks = MetricDescriptor(
        "baton_kv_blocks",
        .gauge,
        "KV blocks of the pool, by state.",
        label: MetricLabel("state", KVBlockState.self)
    )
    static let sequencesRunning = MetricDescriptor(
        "baton_sequences_running",
        .gauge,
        "Sequences in prefill or decode."
    )
    static let sequencesWaiting = MetricDescriptor(
        "baton_sequences_waiting",
        .gauge,
        "Sequences that wait for KV blocks or their first step."
    )
    static let transferBytes = MetricDescriptor(
        "baton_kv_transfer_bytes_total",
        .counter,
        "KV bytes that crossed the network, counted before encoding, by direction.",
        label: MetricLabel("direction", TransferDirection.self)
    )
    static let transferSeconds = MetricDescriptor(
        "baton_kv_transfer_seconds",
        .histogram(bounds: MetricBounds.tokenSeconds),
        "Time from a transfer's offer to its verification, as the sender sees it."
    )
    static let partsFailed = MetricDescriptor(
        "baton_parts_failed_total",
        .counter,
        "Parts of requests that failed on this worker, by code.",
        label: MetricLabel("code", ServingErrorCode.self)
    )
    static let discardedChunks = MetricDescriptor(
        "baton_discarded_chunks_total",
        .counter,
        "KV chunks that came for blocks no longer reserved; discarded."
    )
    static let unauthorizedMessages = MetricDescriptor(
        "baton_unauthorized_messages_total",
        .counter,
        "Messages and chunks without the right grant or from the wrong worker."
    )
    static let stepSeconds = MetricDescriptor(
        "baton_engine_step_seconds",
        .histogram(bounds: MetricBounds.tokenSeconds),
        "Duration of engine steps."
    )
    static let stepTokens = MetricDescriptor(
        "baton_engine_step_tokens",
        .histogram(bounds: MetricBounds.tokens),
        "New tokens of engine steps."
    )

    static let certificateExpiry = MetricDescriptor(
        "baton_certificate_expiry_timestamp_seconds",
        .gauge,
        "When the process's own certificate expires, in seconds since 1970."
    )
    static let linksRefused = MetricDescriptor(
        "baton_links_refused_total",
        .counter,
        "Connections that were turned away before or at their greeting."
    )
    static let droppedSeries = MetricDescriptor(
        "baton_dropped_series_total",
        .counter,
        "Times a series was asked for beyond the bound on series; not shown."
    )
}
