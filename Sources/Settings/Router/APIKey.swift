/// One entry of `http.api_keys`: who presents the key acts for the tenant.
public struct APIKey: Hashable, Sendable {
    /// What a client sends after `Authorization: Bearer`.
    public var key: String
    /// Name under which the client's requests are counted, and whose cached prefixes it may hit.
    public var tenant: String

    /// Pairs a key with its tenant.
    public init(key: String, tenant: String) {
        self.key = key
        self.tenant = tenant
    }
}
