/// What happened to a fetch of a prefix.
public enum FetchEvent: String, MetricLabelValue {
    case begun, failed, served
}
