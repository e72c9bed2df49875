internal import ServingTypes

/// What a router does with requests.
extension MetricCatalogue {
    static let requests = [
        requestsRunning, requestsWaiting, requestsReceived, requestsEnded, requestFailures, promptTokens,
        generationTokens, requestPromptTokens, requestGenerationTokens, attempts, retries, failedAttempts,
        refusals, preemptedAttempts, moves, plans, planCodecs,
    ]

    static let http = [
        httpRequests
    ]

    static let requestsRunning = MetricDescriptor(
        "baton_requests_running",
        .gauge,
        of: .router,
        "Requests that are placed on workers."
    )
    static let requestsWaiting = MetricDescriptor(
        "baton_requests_waiting",
        .gauge,
        of: .router,
        "Requests that wait to be placed."
    )
    static let requestsReceived = MetricDescriptor(
        "baton_requests_received_total",
        .counter,
        of: .router,
        "Requests that came."
    )
    static let requestsEnded = MetricDescriptor(
        "baton_requests_ended_total",
        .counter,
        of: .router,
        "Requests that ended, by how: stop and length are complete answers.",
        labels: [MetricLabel("finish_reason", RequestEnding.self)]
    )
    static let requestFailures = MetricDescriptor(
        "baton_request_failures_total",
        .counter,
        of: .router,
        "Requests that failed or ran out of time, by reason.",
        labels: [MetricLabel("reason", ServingErrorCode.self)]
    )
    static let promptTokens = MetricDescriptor(
        "baton_prompt_tokens_total",
        .counter,
        .tokens,
        of: .router,
        "Prompt tokens of requests that ended."
    )
    static let generationTokens = MetricDescriptor(
        "baton_generation_tokens_total",
        .counter,
        .tokens,
        of: .router,
        "Tokens given to clients."
    )
    static let requestPromptTokens = MetricDescriptor(
        "baton_request_prompt_tokens",
        .histogram(bounds: MetricBounds.requestTokens),
        .tokens,
        of: .router,
        "Prompt tokens of a complete answer."
    )
    static let requestGenerationTokens = MetricDescriptor(
        "baton_request_generation_tokens",
        .histogram(bounds: MetricBounds.requestTokens),
        .tokens,
        of: .router,
        "Tokens of a complete answer."
    )
    static let attempts = MetricDescriptor(
        "baton_attempts_total",
        .counter,
        of: .router,
        "Placements of requests on workers."
    )
    static let retries = MetricDescriptor(
        "baton_retries_total",
        .counter,
        of: .router,
        "Placements after a request's first."
    )
    static let failedAttempts = MetricDescriptor(
        "baton_failed_attempts_total",
        .counter,
        of: .router,
        "Placements that failed and were replaced or were the last, by reason; counted when their"
            + " request ends.",
        labels: [MetricLabel("reason", ServingErrorCode.self)]
    )
    static let preemptedAttempts = MetricDescriptor(
        "baton_preempted_attempts_total",
        .counter,
        of: .router,
        "Placements that a worker gave back to make room for others; they are no failures."
    )
    static let moves = MetricDescriptor(
        "baton_moves_total",
        .counter,
        of: .router,
        "Running answers that were ordered from a full decode worker to another."
    )
    static let refusals = MetricDescriptor(
        "baton_refusals_total",
        .counter,
        of: .router,
        "Placements that a worker refused."
    )
    static let plans = MetricDescriptor(
        "baton_plans_total",
        .counter,
        of: .router,
        "Placements by kind: a pair of workers, whole on one, or either with a fetched prefix.",
        labels: [MetricLabel("kind", PlanKind.self)]
    )
    static let planCodecs = MetricDescriptor(
        "baton_plan_codecs_total",
        .counter,
        of: .router,
        "Placements in which KV crosses the network, by its codec.",
        labels: [MetricLabel("codec", KVCodec.self)]
    )
    static let httpRequests = MetricDescriptor(
        "baton_http_requests_total",
        .counter,
        of: .router,
        "Requests to the client API, by route and status of the answer; a stream counts when it starts.",
        labels: [MetricLabel("route", ClientRoute.self), MetricLabel("status", AnswerStatus.self)]
    )
}
