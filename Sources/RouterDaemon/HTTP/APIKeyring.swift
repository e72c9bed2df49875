/// Finds the tenant of a bearer key in a time that depends on the presented key's length only.
struct APIKeyring: Sendable {
    private let keys: [(bytes: [UInt8], tenant: String, namesTenants: Bool)]

    /// Tenant of every request when no keys are set.
    static let openTenant = "default"

    init(_ keys: [APIKey]) {
        self.keys = keys.map { (Array($0.key.utf8), $0.tenant, $0.namesTenants) }
    }

    /// - Parameters:
    ///   - authorization: the `Authorization` header.
    ///   - named: the `X-Tenant` header; only some keys may name another tenant than their own.
    func tenant(authorization: String?, named: String? = nil) throws(APIError) -> String {
        let (own, namesTenants) = try owner(authorization: authorization)
        guard let named, named != own else { return own }
        guard namesTenants else { throw .foreignTenant(named, own: own) }
        let scalars = named.unicodeScalars
        guard (1...128).contains(scalars.count), scalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F })
        else {
            throw .badField("X-Tenant", "X-Tenant must have 1 to 128 characters without control characters")
        }
        return named
    }

    private func owner(authorization: String?) throws(APIError) -> (tenant: String, namesTenants: Bool) {
        guard !keys.isEmpty else { return (Self.openTenant, false) }
        guard let authorization else { throw .missingKey }
        let parts = authorization.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { throw .missingKey }
        let presented = Array(parts[1].utf8)
        var found: (tenant: String, namesTenants: Bool)?
        for key in keys where Self.areEqual(presented, key.bytes) { found = (key.tenant, key.namesTenants) }
        guard let found else { throw .wrongKey }
        return found
    }

    private static func areEqual(_ presented: [UInt8], _ key: [UInt8]) -> Bool {
        guard !key.isEmpty else { return false }
        var difference: UInt8 = presented.count == key.count ? 0 : 1
        for index in presented.indices { difference |= presented[index] ^ key[index % key.count] }
        return difference == 0
    }
}
