internal import ServingTypes

/// What a worker computes and keeps.
extension MetricCatalogue {
    static let engine = [
        sequencesRunning, sequencesWaiting, blocks, kvUsage, leases, prefixHitTokens, prefixQueriedTokens,
        stepSeconds, stepTokens, partFailures, preemptions, grownBlocks, headroom,
    ]

    static let sequencesRunning = MetricDescriptor(
        "baton_sequences_running",
        .gauge,
        of: .worker,
        "Sequences that hold KV blocks: in prefill, transfer or decode."
    )
    static let sequencesWaiting = MetricDescriptor(
        "baton_sequences_waiting",
        .gauge,
        of: .worker,
        "Sequences that wait for KV blocks or their first step."
    )
    static let blocks = MetricDescriptor(
        "baton_kv_blocks",
        .gauge,
        of: .worker,
        "KV blocks of the pool, by what they are used for.",
        labels: [MetricLabel("state", KVBlockState.self)]
    )
    static let kvUsage = MetricDescriptor(
        "baton_kv_usage_ratio",
        .gauge,
        .ratio,
        of: .worker,
        "Share of the KV blocks that is in use: neither free nor a cached prefix that may be evicted."
    )
    static let leases = MetricDescriptor(
        "baton_kv_leases",
        .gauge,
        of: .worker,
        "Things for which KV is kept on behalf of another worker, by reason.",
        labels: [MetricLabel("reason", LeaseKind.self)]
    )
    static let prefixHitTokens = MetricDescriptor(
        "baton_prefix_hit_tokens_total",
        .counter,
        .tokens,
        of: .both,
        "Prompt tokens found in a prefix cache; a router counts those of the computing worker, of"
            + " requests that ended."
    )
    static let prefixQueriedTokens = MetricDescriptor(
        "baton_prefix_queried_tokens_total",
        .counter,
        .tokens,
        of: .both,
        "Prompt tokens looked up in a prefix cache; the share of hits is hit tokens / queried tokens."
    )
    static let stepSeconds = MetricDescriptor(
        "baton_engine_step_seconds",
        .histogram(bounds: MetricBounds.tokenSeconds),
        .seconds,
        of: .worker,
        "Duration of engine steps."
    )
    static let stepTokens = MetricDescriptor(
        "baton_engine_step_tokens",
        .histogram(bounds: MetricBounds.stepTokens),
        .tokens,
        of: .worker,
        "New tokens of engine steps."
    )
    static let preemptions = MetricDescriptor(
        "baton_preemptions_total",
        .counter,
        of: .worker,
        "Running answers that gave way to others here and went on elsewhere, or here later."
    )
    static let grownBlocks = MetricDescriptor(
        "baton_kv_grown_blocks_total",
        .counter,
        of: .worker,
        "KV blocks that running answers took beyond those of their admission."
    )
    static let headroom = MetricDescriptor(
        "baton_kv_headroom_blocks",
        .gauge,
        of: .worker,
        "KV blocks that nobody holds and no running answer is expected to need; below 0 some will have to give way."
    )
    static let partFailures = MetricDescriptor(
        "baton_part_failures_total",
        .counter,
        of: .worker,
        "Parts of requests that failed on this worker, by reason.",
        labels: [MetricLabel("reason", ServingErrorCode.self)]
    )
}
