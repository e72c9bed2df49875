/// What a KV block is used for; see `BlockGauges`.
public enum KVBlockState: String, MetricLabelValue {
    case free, cached, running, reserved, leased, quarantined
}
