/// How a placement gets a prompt's KV to where it is decoded.
public enum PlanKind: String, MetricLabelValue {
    /// Prefilled on one worker and handed off to another.
    case pair
    /// Prefilled where it is decoded.
    case whole
    /// Either, with a prefix that is fetched from a further worker.
    case fetched
}
