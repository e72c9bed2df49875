extension RouterSettings: ReloadableSettings {
    /// See ``ReloadableSettings``.
    public static let liveKeys: Set<String> = [
        "http.api_keys", "http.body_limit", "http.write_timeout", "http.request_timeout",
        "http.max_concurrent_requests",
        "tenants.share_prefixes", "tenants.max_waiting", "tenants.max_in_flight", "tenants.tokens_per_minute",
        "tenants.shares",
        "fairness.policy", "fairness.dispatch_ahead", "fairness.batch_queue", "fairness.aging",
        "fairness.aged_share", "fairness.quantum", "fairness.locality", "fairness.input_cost",
        "fairness.output_cost",
        "fairness.reject_over_ttft", "fairness.output_quantile",
        "placement.policy", "placement.balance_abs", "placement.balance_rel", "placement.match_threshold",
        "placement.static_threshold", "placement.local_prefill", "placement.fetch", "placement.least_saving",
        "placement.least_saving_share", "placement.lanes", "placement.harm_weight", "placement.layer_groups",
        "placement.near_tie", "placement.link_margin", "placement.max_plans",
        "decode.expected_share", "decode.moves", "decode.full_load", "decode.least_imbalance", "decode.dwell",
        "decode.cool_down", "decode.least_gain",
        "sites",
        "pools.balance", "pools.least_gain", "pools.act_above", "pools.settling", "pools.cooldown",
        "pools.dwell", "pools.least_prefill", "pools.least_decode", "pools.horizon",
        "prefill_classes.enabled", "prefill_classes.least_workers", "prefill_classes.short_tokens",
        "prefill_classes.penalty", "prefill_classes.threshold", "prefill_classes.cooldown",
        "prefill_classes.window",
        "request_classes", "default_class",
        "requests.max_waiting", "requests.queue_timeout", "requests.max_attempts", "requests.answer_timeout",
        "requests.lease", "requests.silence_timeout", "requests.avoidance", "requests.retry_after",
        "tracing.sample_ratio", "drain_timeout", "log.level", "log.format",
    ]

    /// See ``ReloadableSettings``.
    public static let restartKeys: [String: String] = [
        "name": "peers know the process by it",
        "cluster": "peers know the process by it",
        "listen": "the port is bound at start",
        "http.listen": "the port is bound at start",
        "http.certificate": "the listener is made at start; a new file at the same path is read",
        "http.key": "the listener is made at start; a new file at the same path is read",
        "admin.listen": "the port is bound at start",
        "tls.ca": "paths are fixed at start; a new file at the same path is read",
        "tls.certificate": "paths are fixed at start; a new file at the same path is read",
        "tls.key": "paths are fixed at start; a new file at the same path is read",
        "model.vocabulary": "the tokenizer is made at start",
        "model.aliases": "the model is described at start",
        "cluster_secret_file": "cached blocks are known by hashes under it",
        "placement.prior_bandwidth": "rates that are not measured yet were derived from it",
        "placement.max_prefix_hashes": "the index of prefixes is made at start",
        "tracing.endpoint": "the exporter is made at start",
        "tracing.ca": "the exporter is made at start",
        "tracing.headers": "the exporter is made at start",
        "tracing.timeout": "the exporter is made at start",
        "tracing.queue_limit": "the exporter is made at start",
        "recording.path": "the file is opened at start",
        "recording.max_rows": "the file is opened at start",
        "recording.max_age": "the file is opened at start",
        "heartbeat": "peers were told it",
        "metrics.vllm_names": "metrics are named at start",
    ]

    /// See ``ReloadableSettings``.
    public func adopting(_ new: RouterSettings) -> RouterSettings {
        var merged = self
        merged.http.apiKeys = new.http.apiKeys
        merged.http.bodyLimit = new.http.bodyLimit
        merged.http.writeTimeout = new.http.writeTimeout
        merged.http.requestTimeout = new.http.requestTimeout
        merged.http.maxConcurrentRequests = new.http.maxConcurrentRequests
        merged.tenants = new.tenants
        merged.fairness = new.fairness
        merged.placement = new.placement
        merged.placement.priorBytesPerSecond = placement.priorBytesPerSecond
        merged.placement.maxPrefixHashes = placement.maxPrefixHashes
        merged.decode = new.decode
        merged.sites = new.sites
        merged.pools = new.pools
        merged.prefillClasses = new.prefillClasses
        merged.requestClasses = new.requestClasses
        merged.defaultClass = new.defaultClass
        merged.requests = new.requests
        merged.tracing.sampleRatio = new.tracing.sampleRatio
        merged.drainTimeout = new.drainTimeout
        merged.log = new.log
        return merged
    }
}
