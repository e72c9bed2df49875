internal import ServingTypes

/// In which order a worker computes prompts, and how much at once.
extension MetricCatalogue {
    static let prefill = [
        prefillWait, prefillBatchTokens, prefillBoundary, prefillWindow, prefillWindows, prefillTurns,
    ]

    static let prefillWait = MetricDescriptor(
        "baton_prefill_wait_seconds",
        .histogram(bounds: MetricBounds.requestSeconds),
        .seconds,
        of: .worker,
        "Time from a prompt's arrival at the worker to its first step, by class: short prompts have fewer"
            + " tokens to compute than the boundary.",
        labels: [MetricLabel("class", PromptClass.self)]
    )
    static let prefillBatchTokens = MetricDescriptor(
        "baton_prefill_batch_tokens",
        .histogram(bounds: MetricBounds.stepTokens),
        .tokens,
        of: .worker,
        "Prompt tokens of engine steps that compute prompts."
    )
    static let prefillBoundary = MetricDescriptor(
        "baton_prefill_boundary_tokens",
        .gauge,
        .tokens,
        of: .worker,
        "Prompts with fewer tokens to compute are short."
    )
    static let prefillWindow = MetricDescriptor(
        "baton_prefill_window_seconds",
        .gauge,
        .seconds,
        of: .worker,
        "Length of the window in which short prompts wait for company now; 0 without one."
    )
    static let prefillWindows = MetricDescriptor(
        "baton_prefill_windows_total",
        .counter,
        of: .worker,
        "Windows in which an idle worker let short prompts wait for company."
    )
    static let prefillTurns = MetricDescriptor(
        "baton_prefill_turns_total",
        .counter,
        of: .worker,
        "Engine steps of the length-aware policy, by the class whose turn it was.",
        labels: [MetricLabel("class", PromptClass.self)]
    )
}
