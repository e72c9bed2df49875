/// Why a certificate cannot be made, read or written.
public enum CertificateError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A file exists already.
    case exists(path: String)
    /// A file cannot be read or written.
    case file(path: String, reason: String)
    /// The file is not what it should be.
    case notAnAuthority(path: String, reason: String)
    /// The identity belongs to another cluster than the authority.
    case otherCluster(asked: String, authority: String)
    /// The cluster's name cannot be used.
    case badCluster(String)
    /// A certificate must be valid for at least one day and at most a hundred years.
    case badLifetime(days: Int)
    /// A new authority is on its way already.
    case rotating(path: String, count: Int)
    /// No new authority is on its way.
    case notRotating(path: String)
    /// OpenSSL failed.
    case openSSL(during: String, reason: String)

    /// What happened and what to do.
    public var description: String {
        switch self {
        case .exists(let path):
            "\(path) exists: choose another directory, or force overwriting"
        case .file(let path, let reason):
            "cannot use \(path): \(reason)"
        case .notAnAuthority(let path, let reason):
            "\(path) is not a usable certificate authority: \(reason)"
        case .otherCluster(let asked, let authority):
            "identity belongs to cluster \"\(asked)\", the authority to \"\(authority)\""
        case .badCluster(let name):
            "cluster name \"\(name)\" is not 1 to 63 lower-case letters, digits, \".\", \"-\" or \"_\""
        case .badLifetime(let days):
            "lifetime is \(days) days; use 1 to 36500"
        case .rotating(let path, let count):
            "\(path) names \(count) authorities: a new one is on its way already; end that with --finish"
        case .notRotating(let path):
            "\(path) names one authority: no new one is on its way; begin with certs rotate --authority"
        case .openSSL(let during, let reason):
            "OpenSSL failed during \(during): \(reason)"
        }
    }

    static func current(during operation: String) -> CertificateError {
        .openSSL(during: operation, reason: OpenSSLErrors.drainedText())
    }
}
