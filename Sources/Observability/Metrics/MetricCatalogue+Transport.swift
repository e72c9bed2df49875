internal import ServingTypes

/// Metrics of paths, transfers and plans.
extension MetricCatalogue {
    static let plans = MetricDescriptor(
        "baton_plans_total",
        .counter,
        "Placements by kind: a pair of workers, whole on one, or either with a fetched prefix.",
        label: MetricLabel("kind", PlanKind.self)
    )
    static let planCodecs = MetricDescriptor(
        "baton_plan_codecs_total",
        .counter,
        "Placements in which KV crosses the network, by its codec.",
        label: MetricLabel("codec", KVCodec.self)
    )
    static let paths = MetricDescriptor(
        "baton_paths",
        .gauge,
        "Measured paths between workers, by state; a router counts those of all workers.",
        label: MetricLabel("state", PathState.self)
    )
    static let fetches = MetricDescriptor(
        "baton_kv_fetches_total",
        .counter,
        "Prefixes asked of other workers (begun), of these given up (failed), and those sent to others (served).",
        label: MetricLabel("event", FetchEvent.self)
    )
    static let fetchedTokens = MetricDescriptor(
        "baton_kv_fetched_tokens_total",
        .counter,
        "Prompt tokens whose KV was fetched from another worker."
    )
    static let wireBytes = MetricDescriptor(
        "baton_kv_wire_bytes_total",
        .counter,
        "Bytes of KV chunks sent, counted after encoding."
    )
    static let damagedChunks = MetricDescriptor(
        "baton_damaged_chunks_total",
        .counter,
        "KV chunks that came damaged and were asked for again."
    )
    static let resentChunks = MetricDescriptor(
        "baton_resent_chunks_total",
        .counter,
        "KV chunks that were sent again."
    )
    static let lanes = MetricDescriptor("baton_kv_lanes", .gauge, "Lanes to other workers that are open.")
    static let pathRate = MetricDescriptor(
        "baton_path_bytes_per_second",
        .gauge,
        "What the path to a worker carries; 0 before the first sample.",
        label: .peer
    )
    static let pathExpectedRate = MetricDescriptor(
        "baton_path_expected_bytes_per_second",
        .gauge,
        "What the path to a worker should carry; 0 when unknown.",
        label: .peer
    )
    static let pathRoundTrip = MetricDescriptor(
        "baton_path_round_trip_seconds",
        .gauge,
        "Smoothed round trip to a worker; 0 when unknown.",
        label: .peer
    )
    static let pathInFlight = MetricDescriptor(
        "baton_path_in_flight_bytes",
        .gauge,
        "Bytes sent to a worker and not yet acknowledged.",
        label: .peer
    )
    static let pathDegraded = MetricDescriptor(
        "baton_path_degraded",
        .gauge,
        "1 while the path to a worker carries far less than expected, else 0.",
        label: .peer
    )
    static let pathDegradations = MetricDescriptor(
        "baton_path_degradations_total",
        .counter,
        "Times a path became degraded."
    )
}
