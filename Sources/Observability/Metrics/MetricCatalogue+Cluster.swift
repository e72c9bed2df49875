internal import ServingTypes

/// What a router knows of its workers and the links between them.
extension MetricCatalogue {
    static let cluster = [
        workers, lostWorkers, workerWaiting, workerRunning, workerQueuedTokens, workerKVUsage, workerDraining,
        linkRate, linkShare, linkRoundTrip, linkInFlight, linkDegraded, staleMessages, inconsistentMessages,
        lostReports,
    ]

    static let workers = MetricDescriptor(
        "baton_workers",
        .gauge,
        of: .router,
        "Registered workers, by role.",
        labels: [MetricLabel("role", WorkerRole.self)]
    )
    static let lostWorkers = MetricDescriptor(
        "baton_lost_workers_total",
        .counter,
        of: .router,
        "Workers whose connection closed or that started anew."
    )
    static let workerWaiting = MetricDescriptor(
        "baton_worker_requests_waiting",
        .gauge,
        of: .router,
        "Sequences that wait on a worker, by its last report.",
        labels: [.worker]
    )
    static let workerRunning = MetricDescriptor(
        "baton_worker_requests_running",
        .gauge,
        of: .router,
        "Sequences in prefill or decode on a worker, by its last report.",
        labels: [.worker]
    )
    static let workerQueuedTokens = MetricDescriptor(
        "baton_worker_queued_tokens",
        .gauge,
        .tokens,
        of: .router,
        "Prompt tokens that a worker has accepted and not computed, by its last report.",
        labels: [.worker]
    )
    static let workerKVUsage = MetricDescriptor(
        "baton_worker_kv_usage_ratio",
        .gauge,
        .ratio,
        of: .router,
        "Share of a worker's KV blocks that is in use, by its last report.",
        labels: [.worker]
    )
    static let workerDraining = MetricDescriptor(
        "baton_worker_draining",
        .gauge,
        of: .router,
        "1 while a worker takes no new work because it is to stop, else 0.",
        labels: [.worker]
    )
    static let linkRate = MetricDescriptor(
        "baton_link_bytes_per_second",
        .gauge,
        .bytesPerSecond,
        of: .router,
        "Goodput of the path between two workers with nothing else on its way; the setting before a"
            + " sample.",
        labels: [.from, .to]
    )
    static let linkShare = MetricDescriptor(
        "baton_link_share_bytes_per_second",
        .gauge,
        .bytesPerSecond,
        of: .router,
        "What a new transfer between two workers can expect now.",
        labels: [.from, .to]
    )
    static let linkRoundTrip = MetricDescriptor(
        "baton_link_round_trip_seconds",
        .gauge,
        .seconds,
        of: .router,
        "Smoothed round trip between two workers; 0 when unknown.",
        labels: [.from, .to]
    )
    static let linkInFlight = MetricDescriptor(
        "baton_link_in_flight_bytes",
        .gauge,
        .bytes,
        of: .router,
        "Bytes sent between two workers and not yet acknowledged.",
        labels: [.from, .to]
    )
    static let linkDegraded = MetricDescriptor(
        "baton_link_degraded",
        .gauge,
        of: .router,
        "1 while the path between two workers carries far less than expected, else 0.",
        labels: [.from, .to]
    )
    static let staleMessages = MetricDescriptor(
        "baton_stale_messages_total",
        .counter,
        of: .both,
        "Messages about work that was over or had moved on; dropped."
    )
    static let inconsistentMessages = MetricDescriptor(
        "baton_inconsistent_messages_total",
        .counter,
        of: .router,
        "Messages from workers that contradict what is known, by kind.",
        labels: [MetricLabel("kind", MessageInconsistency.self)]
    )
    static let lostReports = MetricDescriptor(
        "baton_lost_load_reports_total",
        .counter,
        of: .router,
        "Load reports that did not follow the one before."
    )
}
