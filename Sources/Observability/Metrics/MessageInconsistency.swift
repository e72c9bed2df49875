/// How a worker's message contradicts what the router knows.
public enum MessageInconsistency: String, MetricLabelValue {
    case conflict, gap, violation
}
