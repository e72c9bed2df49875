/// What clients feel, and where the time went.
extension MetricCatalogue {
    static let latency = [
        timeToFirstToken, handOffGap, timeToSecondToken, timePerOutputToken, interToken, endToEnd,
        requestQueue, requestPrefill, requestTransfer, requestExposedTransfer, requestFetch, requestDecode,
    ]

    static let predictions = [
        firstTokenError, firstTokenBias, gapError, gapBias,
    ]

    static let timeToFirstToken = MetricDescriptor(
        "baton_time_to_first_token_seconds",
        .histogram(bounds: MetricBounds.requestSeconds),
        .seconds,
        of: .router,
        "TTFT: time from a request's arrival to its first token."
    )
    static let handOffGap = MetricDescriptor(
        "baton_hand_off_gap_seconds",
        .histogram(bounds: MetricBounds.tokenSeconds),
        .seconds,
        of: .router,
        "Time from the first to the second token of requests whose KV was handed off."
    )
    static let timeToSecondToken = MetricDescriptor(
        "baton_time_to_second_token_seconds",
        .histogram(bounds: MetricBounds.requestSeconds),
        .seconds,
        of: .router,
        "TT2T: time from a request's arrival to its second token."
    )
    static let timePerOutputToken = MetricDescriptor(
        "baton_time_per_output_token_seconds",
        .histogram(bounds: MetricBounds.tokenSeconds),
        .seconds,
        of: .router,
        "TPOT: mean time per token after the first, one observation per complete answer."
    )
    static let interToken = MetricDescriptor(
        "baton_inter_token_latency_seconds",
        .histogram(bounds: MetricBounds.tokenSeconds),
        .seconds,
        of: .router,
        "ITL: time between two neighbouring tokens; tokens that come together share the time since"
            + " the last."
    )
    static let endToEnd = MetricDescriptor(
        "baton_e2e_request_latency_seconds",
        .histogram(bounds: MetricBounds.requestSeconds),
        .seconds,
        of: .router,
        "E2EL: time from a request's arrival to the end of its answer, of complete answers."
    )
    static let requestQueue = MetricDescriptor(
        "baton_request_queue_seconds",
        .histogram(bounds: MetricBounds.requestSeconds),
        .seconds,
        of: .router,
        "Time of a complete answer from arrival to the first step of its prefill: waiting at the"
            + " router and at the worker."
    )
    static let requestPrefill = MetricDescriptor(
        "baton_request_prefill_seconds",
        .histogram(bounds: MetricBounds.requestSeconds),
        .seconds,
        of: .router,
        "Time of a complete answer in prefill, as the prefilling worker saw it."
    )
    static let requestTransfer = MetricDescriptor(
        "baton_request_transfer_seconds",
        .histogram(bounds: MetricBounds.requestSeconds),
        .seconds,
        of: .router,
        "Time of a complete answer from the offer of its KV to its verification; only of requests"
            + " whose KV was handed off."
    )
    static let requestExposedTransfer = MetricDescriptor(
        "baton_request_exposed_transfer_seconds",
        .histogram(bounds: MetricBounds.requestSeconds),
        .seconds,
        of: .router,
        "Part of the transfer that prefill did not hide: from the end of prefill to verified KV."
    )
    static let requestFetch = MetricDescriptor(
        "baton_request_fetch_seconds",
        .histogram(bounds: MetricBounds.requestSeconds),
        .seconds,
        of: .router,
        "Time to fetch a prefix from a further worker; only of requests with a fetch."
    )
    static let requestDecode = MetricDescriptor(
        "baton_request_decode_seconds",
        .histogram(bounds: MetricBounds.requestSeconds),
        .seconds,
        of: .router,
        "Time of a complete answer in decode, from its first token there to its last; only of"
            + " answers of two tokens or more."
    )
    static let firstTokenError = MetricDescriptor(
        "baton_time_to_first_token_prediction_error_seconds",
        .histogram(bounds: MetricBounds.requestSeconds),
        .seconds,
        of: .router,
        "Absolute difference between measured and predicted TTFT, from placement; of complete"
            + " answers with one attempt."
    )
    static let firstTokenBias = MetricDescriptor(
        "baton_time_to_first_token_prediction_bias_seconds",
        .gauge,
        .seconds,
        of: .router,
        "Measured less predicted TTFT, mean of about the last forty: positive when predictions are"
            + " too short."
    )
    static let gapError = MetricDescriptor(
        "baton_hand_off_gap_prediction_error_seconds",
        .histogram(bounds: MetricBounds.tokenSeconds),
        .seconds,
        of: .router,
        "Absolute difference between measured and predicted hand-off gap; of complete answers with"
            + " one attempt."
    )
    static let gapBias = MetricDescriptor(
        "baton_hand_off_gap_prediction_bias_seconds",
        .gauge,
        .seconds,
        of: .router,
        "Measured less predicted hand-off gap, mean of about the last forty: positive when"
            + " predictions are too short."
    )
}
