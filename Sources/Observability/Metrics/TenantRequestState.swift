/// What a tenant's requests are counted by.
enum TenantRequestState: String, MetricLabelValue {
    case waiting
    case inFlight = "in_flight"
}
