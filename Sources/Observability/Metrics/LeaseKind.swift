/// What a worker keeps KV blocks or memory for, on behalf of another.
public enum LeaseKind: String, MetricLabelValue {
    /// KV of a prompt until its receiver has verified it.
    case handOffSent = "hand_off_sent"
    /// Blocks reserved for a prompt that another worker computes.
    case handOffAwaited = "hand_off_awaited"
    /// A cached prefix that another worker fetches.
    case fetchServed = "fetch_served"
    /// Blocks reserved for a prefix that is fetched.
    case fetchAwaited = "fetch_awaited"
    /// An offer that came before its reservation.
    case offerParked = "offer_parked"
}
