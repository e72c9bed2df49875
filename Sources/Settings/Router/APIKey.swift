/// One entry of `http.api_keys`: who presents the key acts for the tenant.
public struct APIKey: Hashable, Sendable {
    /// What a client sends after `Authorization: Bearer`.
    public var key: String
    /// Name under which the client's requests are counted, and whose cached prefixes it may hit.
    public var tenant: String
    /// Whether its requests may name another tenant (`X-Tenant`): for gateways that check their own clients.
    public var namesTenants: Bool

    /// Pairs a key with its tenant.
    public init(key: String, tenant: String, namesTenants: Bool = false) {
        self.key = key
        self.tenant = tenant
        self.namesTenants = namesTenants
    }
}
