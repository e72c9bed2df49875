internal import ServingTypes

/// What travels between workers, and over which paths.
extension MetricCatalogue {
    static let transfers = [
        transferBytes, transferSeconds, transferSize, wireBytes, fetches, fetchedTokens, damagedChunks,
        resentChunks, discardedChunks, unauthorizedMessages, lanes, paths, pathDegradations, pathRate,
        pathExpectedRate, pathRoundTrip, pathInFlight, pathDegraded,
    ]

    static let transferBytes = MetricDescriptor(
        "baton_kv_transfer_bytes_total",
        .counter,
        .bytes,
        of: .worker,
        "KV bytes that crossed the network, counted before encoding, by direction and codec.",
        labels: [MetricLabel("direction", TransferDirection.self), MetricLabel("codec", KVCodec.self)]
    )
    static let transferSeconds = MetricDescriptor(
        "baton_kv_transfer_seconds",
        .histogram(bounds: MetricBounds.tokenSeconds),
        .seconds,
        of: .worker,
        "Time of a transfer that succeeded, from its offer to its verification, by direction and codec.",
        labels: [MetricLabel("direction", TransferDirection.self), MetricLabel("codec", KVCodec.self)]
    )
    static let transferSize = MetricDescriptor(
        "baton_kv_transfer_size_bytes",
        .histogram(bounds: MetricBounds.transferBytes),
        .bytes,
        of: .worker,
        "KV bytes of a transfer that succeeded, before encoding, by direction and codec.",
        labels: [MetricLabel("direction", TransferDirection.self), MetricLabel("codec", KVCodec.self)]
    )
    static let wireBytes = MetricDescriptor(
        "baton_kv_wire_bytes_total",
        .counter,
        .bytes,
        of: .worker,
        "Bytes of KV chunks sent, counted after encoding."
    )
    static let fetches = MetricDescriptor(
        "baton_kv_fetches_total",
        .counter,
        of: .worker,
        "Prefixes asked of other workers (begun), of these given up (failed), and those sent to"
            + " others (served).",
        labels: [MetricLabel("event", FetchEvent.self)]
    )
    static let fetchedTokens = MetricDescriptor(
        "baton_kv_fetched_tokens_total",
        .counter,
        .tokens,
        of: .worker,
        "Prompt tokens whose KV was fetched from another worker."
    )
    static let damagedChunks = MetricDescriptor(
        "baton_damaged_chunks_total",
        .counter,
        of: .worker,
        "KV chunks that came damaged and were asked for again."
    )
    static let resentChunks = MetricDescriptor(
        "baton_resent_chunks_total",
        .counter,
        of: .worker,
        "KV chunks that were sent again."
    )
    static let discardedChunks = MetricDescriptor(
        "baton_discarded_chunks_total",
        .counter,
        of: .worker,
        "KV chunks that came for blocks no longer reserved; discarded."
    )
    static let unauthorizedMessages = MetricDescriptor(
        "baton_unauthorized_messages_total",
        .counter,
        of: .worker,
        "Messages and chunks without the right grant or from the wrong worker."
    )
    static let lanes = MetricDescriptor(
        "baton_kv_lanes",
        .gauge,
        of: .worker,
        "Lanes to other workers that are open."
    )
    static let paths = MetricDescriptor(
        "baton_paths",
        .gauge,
        of: .both,
        "Measured paths between workers, by state; a router counts those of all workers.",
        labels: [MetricLabel("state", PathState.self)]
    )
    static let pathDegradations = MetricDescriptor(
        "baton_path_degradations_total",
        .counter,
        of: .worker,
        "Times a path became degraded."
    )
    static let pathRate = MetricDescriptor(
        "baton_path_bytes_per_second",
        .gauge,
        .bytesPerSecond,
        of: .worker,
        "Goodput of the path to a worker; 0 before the first sample.",
        labels: [.peer]
    )
    static let pathExpectedRate = MetricDescriptor(
        "baton_path_expected_bytes_per_second",
        .gauge,
        .bytesPerSecond,
        of: .worker,
        "What the path to a worker should carry; 0 when unknown.",
        labels: [.peer]
    )
    static let pathRoundTrip = MetricDescriptor(
        "baton_path_round_trip_seconds",
        .gauge,
        .seconds,
        of: .worker,
        "Smoothed round trip to a worker; 0 when unknown.",
        labels: [.peer]
    )
    static let pathInFlight = MetricDescriptor(
        "baton_path_in_flight_bytes",
        .gauge,
        .bytes,
        of: .worker,
        "Bytes sent to a worker and not yet acknowledged.",
        labels: [.peer]
    )
    static let pathDegraded = MetricDescriptor(
        "baton_path_degraded",
        .gauge,
        of: .worker,
        "1 while the path to a worker carries far less than expected, else 0.",
        labels: [.peer]
    )
}
