/// A bearer key and the tenant it stands for.
public struct APIKey: Hashable, Sendable, CustomStringConvertible {
    /// The secret that clients send in `Authorization: Bearer …`.
    public var key: String
    /// Whose requests they are, for fairness, cache isolation and logs.
    public var tenant: String
    /// Whether its requests may name another tenant.
    public var namesTenants: Bool

    /// Pairs a key with its tenant.
    public init(key: String, tenant: String, namesTenants: Bool = false) {
        self.key = key
        self.tenant = tenant
        self.namesTenants = namesTenants
    }

    /// The tenant only: keys do not belong in logs.
    public var description: String { "API key of \(tenant)" }
}
