/// Finds the tenant of a bearer key in a time that depends on the presented key's length only.
struct APIKeyring: Sendable {
    private let keys: [(bytes: [UInt8], tenant: String)]

    /// Tenant of every request when no keys are set.
    static let openTenant = "default"

    init(_ keys: [APIKey]) {
        self.keys = keys.map { (Array($0.key.utf8), $0.tenant) }
    }

    /// - Parameter authorization: the `Authorization` header.
    func tenant(authorization: String?) throws(APIError) -> String {
        guard !keys.isEmpty else { return Self.openTenant }
        guard let authorization else { throw .missingKey }
        let parts = authorization.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { throw .missingKey }
        let presented = Array(parts[1].utf8)
        var found: String?
        for (bytes, tenant) in keys where Self.areEqual(presented, bytes) { found = tenant }
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
