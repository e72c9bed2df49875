/// What a tenant's tokens are counted by.
enum TenantTokenKind: String, MetricLabelValue {
    case computed, cached, output
}
