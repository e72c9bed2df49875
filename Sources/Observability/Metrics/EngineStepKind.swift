/// What a step of the engine does.
public enum EngineStepKind: String, MetricLabelValue {
    case prefill, decode, mixed
}
