public import ServingTypes

/// One entry of `tenants.shares`: what one tenant gets beside others.
public struct Tenant: Hashable, Sendable {
    /// The name that API keys give.
    public var name: String
    /// Its share when several tenants wait, beside others' weights.
    public var weight = 1
    /// How urgent its requests are unless they or their class say so.
    public var priority = RequestPriority.interactive
    /// What it may have at most.
    public var limits: TenantLimits

    /// A tenant with the limits of all others.
    public init(name: String, limits: TenantLimits = TenantLimits()) {
        self.name = name
        self.limits = limits
    }
}
