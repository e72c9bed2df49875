/// Why a TLS session or its certificates cannot be used.
public enum TLSError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A file could not be used.
    case file(path: String, reason: String)
    /// Private key and certificate do not belong together.
    case keyMismatch(keyPath: String, certificatePath: String)
    /// The own certificate would be refused by every peer.
    case ownCertificate(path: String, reason: String)
    /// The peer sent no certificate.
    case noPeerCertificate
    /// The peer's certificate is not trusted (other authority, expired, wrong use).
    case untrustedPeer(reason: String)
    /// The peer's certificate does not name an acceptable peer.
    case identity(PeerIdentityError)
    /// The two sides have no application protocol in common.
    case noCommonProtocol
    /// The peer offers only older TLS versions.
    case oldVersion
    /// The bytes received are not TLS.
    case notTLS
    /// The peer refused us and said why in a TLS alert.
    case refusedByPeer(alert: String)
    /// The connection ended without TLS's own end: a killed process, a cut network.
    case connectionLost(reason: String)
    /// Anything else that OpenSSL reports.
    case openSSL(during: String, reason: String)

    /// What happened and what to do.
    public var description: String {
        switch self {
        case .file(let path, let reason):
            "cannot use \(path): \(reason); correct the path, or make certificates with batonctl certs"
        case .keyMismatch(let keyPath, let certificatePath):
            "private key \(keyPath) does not belong to certificate \(certificatePath): issue both together"
        case .ownCertificate(let path, let reason):
            "own certificate \(path) would be refused by peers: \(reason)"
        case .noPeerCertificate:
            "peer sent no certificate: give it one issued by this cluster's authority"
        case .untrustedPeer(let reason):
            "peer's certificate is not trusted: \(reason)"
        case .identity(let error):
            error.description
        case .noCommonProtocol:
            "peer does not speak \(TLSContext.applicationProtocol) (ALPN): run the same release on both sides"
        case .oldVersion:
            "peer does not offer TLS 1.3"
        case .notTLS:
            "peer does not speak TLS: something else is connected to this port"
        case .refusedByPeer(let alert):
            "peer refused the connection with TLS alert \"\(alert)\": its log says why"
        case .connectionLost(let reason):
            "connection lost: \(reason)"
        case .openSSL(let during, let reason):
            "OpenSSL failed during \(during): \(reason)"
        }
    }

    /// A short constant name for metrics and logs.
    public var label: String {
        switch self {
        case .file: "tls_file"
        case .keyMismatch: "tls_key_mismatch"
        case .ownCertificate: "tls_own_certificate"
        case .noPeerCertificate: "tls_no_certificate"
        case .untrustedPeer: "tls_untrusted"
        case .identity: "tls_identity"
        case .noCommonProtocol: "tls_alpn"
        case .oldVersion: "tls_version"
        case .notTLS: "tls_not_tls"
        case .refusedByPeer: "tls_refused_by_peer"
        case .connectionLost: "connection_lost"
        case .openSSL: "tls_other"
        }
    }
}
