/// Why the trace of a request never reached the collector.
public enum TraceLoss: String, MetricLabelValue {
    /// Too many traces waited already.
    case queueFull = "queue_full"
    /// The collector refused it, or could not be reached in all tries.
    case exportFailed = "export_failed"
    /// The router stopped before it was sent.
    case shutdown
}
