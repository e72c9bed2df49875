/// Which way KV went.
public enum TransferDirection: String, MetricLabelValue {
    case sent, received
}
