/// Whether an answer stayed within its predicted length.
public enum LengthOutcome: String, MetricLabelValue {
    case within, beyond
}
