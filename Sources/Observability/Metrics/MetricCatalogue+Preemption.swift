/// How long steps take against what was predicted, and what runs between their layers.
extension MetricCatalogue {
    static let preemption = [
        stepPrediction, stepBias, layerPreemptions, nestedSteps, preemptedSeconds,
    ]

    static let stepPrediction = MetricDescriptor(
        "baton_engine_step_prediction_ratio",
        .histogram(bounds: [
            0.1, 0.25, 0.5, 0.67, 0.8, 0.9, 0.95, 1, 1.05, 1.1, 1.2, 1.5, 2, 4, 10,
        ]),
        .ratio,
        of: .worker,
        "Duration of engine steps by themselves, divided by what the cost model had predicted.",
        labels: [MetricLabel("step", EngineStepKind.self)]
    )
    static let stepBias = MetricDescriptor(
        "baton_engine_step_bias_ratio",
        .gauge,
        .ratio,
        of: .worker,
        "How much longer than predicted engine steps take, as a share; negative for shorter. Mean of late.",
        labels: [MetricLabel("step", EngineStepKind.self)]
    )
    static let layerPreemptions = MetricDescriptor(
        "baton_layer_preemptions_total",
        .counter,
        of: .worker,
        "Times that a running prefill let prompts go first at a layer boundary."
    )
    static let nestedSteps = MetricDescriptor(
        "baton_nested_steps_total",
        .counter,
        of: .worker,
        "Engine steps that ran between two layers of another: of prompts that preempted it, and of answers."
    )
    static let preemptedSeconds = MetricDescriptor(
        "baton_preempted_seconds",
        .histogram(bounds: MetricBounds.tokenSeconds),
        .seconds,
        of: .worker,
        "Time that a step gave to others between its layers, of steps that did."
    )
}
