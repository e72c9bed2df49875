/// Why a certificate does not say who its holder is.
public enum PeerIdentityError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The certificate has no `baton://` URI, or several.
    case uriCount(Int)
    /// The URI is not `baton://<cluster>/<name>?roles=<role>[,<role>…]`.
    case malformed(String)
    /// A role that this build does not know.
    case unknownRole(String)
    /// The peer belongs to another cluster.
    case otherCluster(found: String, expected: String)
    /// The peer is not the one that was dialed.
    case otherName(found: String, expected: String)

    /// What is wrong and what to do.
    public var description: String {
        switch self {
        case .uriCount(let count):
            "certificate has \(count) baton:// URIs, exactly 1 is needed: issue it with batonctl certs issue"
        case .malformed(let uri):
            "certificate URI \"\(uri)\" is not baton://<cluster>/<name>?roles=<role>,…: issue it again"
        case .unknownRole(let role):
            "certificate grants the unknown role \"\(role)\"; known are "
                + PeerRole.allCases.map(\.rawValue).joined(separator: ", ")
        case .otherCluster(let found, let expected):
            "peer belongs to cluster \"\(found)\", this process to \"\(expected)\": check the address"
        case .otherName(let found, let expected):
            "peer is \"\(found)\", expected was \"\(expected)\": check the address"
        }
    }
}
