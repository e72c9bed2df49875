/// Why the record of a request was not kept.
public enum DecisionLoss: String, MetricLabelValue {
    /// Too many waited already.
    case queueFull = "queue_full"
    /// The file could not be written, now or before.
    case writeFailed = "write_failed"
}
