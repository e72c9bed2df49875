/// Who a process is, as its certificate's URI name states: `baton://<cluster>/<name>?roles=prefill,decode`.
public struct PeerIdentity: Hashable, Sendable, CustomStringConvertible {
    /// Cluster the process belongs to.
    public let cluster: String
    /// Name of the process, unique in its cluster.
    public let name: String
    /// Roles that the process may take; never empty.
    public let roles: Set<PeerRole>

    private static let scheme = "baton://"
    private static let labelLimit = 63

    /// States an identity.
    ///
    /// - Throws: ``PeerIdentityError/malformed(_:)`` if cluster or name is not 1 to 63 lower-case letters,
    ///   digits, `.`, `-` and `_`, starting with a letter or digit, or if there is no role.
    public init(cluster: String, name: String, roles: Set<PeerRole>) throws(PeerIdentityError) {
        self.cluster = cluster
        self.name = name
        self.roles = roles
        guard Self.isLabel(cluster), Self.isLabel(name), !roles.isEmpty else { throw .malformed(description) }
    }

    /// Parses the URI strictly: no percent-encoding, no unknown or repeated role, nothing before or after.
    public init(uri: String) throws(PeerIdentityError) {
        guard uri.hasPrefix(Self.scheme) else { throw .malformed(uri) }
        let path = Self.split(uri.dropFirst(Self.scheme.count), at: "?roles=")
        let labels = path.flatMap { Self.split($0.before, at: "/") }
        guard let path, let labels else { throw .malformed(uri) }
        guard Self.isLabel(labels.before), Self.isLabel(labels.after) else { throw .malformed(uri) }
        var roles: Set<PeerRole> = []
        for text in path.after.split(separator: ",", omittingEmptySubsequences: false) {
            guard Self.isLabel(text) else { throw .malformed(uri) }
            guard let role = PeerRole(rawValue: String(text)) else { throw .unknownRole(String(text)) }
            guard roles.insert(role).inserted else { throw .malformed(uri) }
        }
        cluster = String(labels.before)
        name = String(labels.after)
        self.roles = roles
    }

    /// The URI, roles in the order of ``PeerRole``.
    public var description: String {
        let list = PeerRole.allCases.filter(roles.contains).map(\.rawValue).joined(separator: ",")
        return "\(Self.scheme)\(cluster)/\(name)?roles=\(list)"
    }

    /// True if `uri` claims to be an identity, well-formed or not.
    static func isClaimed(by uri: String) -> Bool {
        uri.lowercased().hasPrefix(scheme)
    }

    private static func isLabel(_ text: some StringProtocol) -> Bool {
        let bytes = text.utf8
        guard let first = bytes.first, bytes.count <= labelLimit else { return false }
        let isAlphanumeric = { (byte: UInt8) in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }
        return isAlphanumeric(first) && bytes.allSatisfy { isAlphanumeric($0) || ".-_".utf8.contains($0) }
    }

    /// Splits at the first `separator`.
    private static func split(
        _ text: Substring,
        at separator: String
    ) -> (before: Substring, after: Substring)? {
        var start = text.startIndex
        while start < text.endIndex {
            if text[start...].hasPrefix(separator) {
                return (text[..<start], text[start...].dropFirst(separator.count))
            }
            start = text.index(after: start)
        }
        return nil
    }
}
