/// How a request ended.
public enum RequestEnding: String, MetricLabelValue {
    case finished, failed, cancelled
}
