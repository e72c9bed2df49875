extension WorkerSettings: ReloadableSettings {
    /// See ``ReloadableSettings``.
    public static let liveKeys: Set<String> = [
        "scheduler.step_tokens", "scheduler.max_waiting", "scheduler.expected_share",
        "scheduler.growth_margin", "scheduler.headroom", "scheduler.max_batch", "scheduler.max_preemptions",
        "scheduler.least_progress", "scheduler.short_prompt_tokens", "scheduler.wait_window",
        "scheduler.min_wait_window", "scheduler.slack_margin", "scheduler.max_hold", "scheduler.short_share",
        "scheduler.max_starvation", "scheduler.batch_patience", "scheduler.best_effort_patience",
        "scheduler.layer_preemption", "scheduler.layer_preemption_gain", "scheduler.max_layer_preemptions",
        "scheduler.max_yield_share", "scheduler.layered_tokens",
        "transfer.chunk_bytes", "transfer.credit", "transfer.offer_parking", "transfer.renew_interval",
        "transfer.reconnect_timeout", "transfer.fetch_stall_timeout", "transfer.max_fetches",
        "transfer.degraded_below",
        "drain_timeout", "log.level", "log.format",
    ]

    /// See ``ReloadableSettings``.
    public static let restartKeys: [String: String] = [
        "name": "peers know the process by it",
        "cluster": "peers know the process by it",
        "routers": "the worker registers with them at start",
        "site": "routers were told it",
        "listen": "the port is bound at start",
        "advertise": "peers were told it",
        "admin.listen": "the port is bound at start",
        "tls.ca": "paths are fixed at start; a new file at the same path is read",
        "tls.certificate": "paths are fixed at start; a new file at the same path is read",
        "tls.key": "paths are fixed at start; a new file at the same path is read",
        "engine.kind": "the engine is made at start",
        "engine.model": "the engine is made at start",
        "engine.kv_type": "the engine is made at start",
        "engine.threads": "the engine is made at start",
        "engine.profile": "the engine is made at start",
        "engine.time_scale": "the engine is made at start",
        "kv_cache.block_tokens": "the pool is made at start",
        "kv_cache.block_count": "the pool is made at start",
        "kv_cache.memory": "the pool is made at start",
        "scheduler.max_running": "routers were told it",
        "scheduler.reserve": "running answers hold blocks by it",
        "scheduler.prefill_policy": "waiting prompts hold blocks by it",
        "scheduler.mixed": "steps are planned by it",
        "transfer.layer_group": "transfers are cut by it",
        "transfer.lanes": "lanes are made by it",
        "transfer.max_lanes": "lanes are made by it",
        "transfer.lane_idle_timeout": "lanes are made by it",
        "transfer.stall_timeout": "lanes are made by it",
        "transfer.key_update_bytes": "connections are made by it",
        "transfer.codecs": "peers were told them",
        "transfer.prior_rate": "rates that are not measured yet were derived from it",
        "transfer.expected_rates": "paths are held against them from their first sample on",
        "transfer.probe_bytes_per_hour": "the budget for probes is made at start",
        "heartbeat": "peers were told it",
        "metrics.vllm_names": "metrics are named at start",
    ]

    /// See ``ReloadableSettings``.
    public func adopting(_ new: WorkerSettings) -> WorkerSettings {
        var merged = self
        merged.scheduler = new.scheduler
        merged.scheduler.maxRunning = scheduler.maxRunning
        merged.scheduler.reserve = scheduler.reserve
        merged.scheduler.prefillPolicy = scheduler.prefillPolicy
        merged.scheduler.mixed = scheduler.mixed
        merged.transfer.chunkBytes = new.transfer.chunkBytes
        merged.transfer.credit = new.transfer.credit
        merged.transfer.offerParking = new.transfer.offerParking
        merged.transfer.renewInterval = new.transfer.renewInterval
        merged.transfer.reconnectTimeout = new.transfer.reconnectTimeout
        merged.transfer.fetchStallTimeout = new.transfer.fetchStallTimeout
        merged.transfer.maxFetches = new.transfer.maxFetches
        merged.transfer.degradedBelow = new.transfer.degradedBelow
        merged.drainTimeout = new.drainTimeout
        merged.log = new.log
        return merged
    }
}
