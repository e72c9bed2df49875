/// How a path between two workers does.
public enum PathState: String, MetricLabelValue {
    case ok, degraded
}
