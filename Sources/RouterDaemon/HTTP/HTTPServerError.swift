/// Why a listener cannot be set up.
public enum HTTPServerError: Error, Equatable, CustomStringConvertible {
    /// Only one of certificate and key is set.
    case certificateWithoutKey
    /// The certificate or key cannot be read.
    case unusableCertificate(path: String, reason: String)

    /// A sentence with what to do.
    public var description: String {
        switch self {
        case .certificateWithoutKey: "HTTPS needs both a certificate and its key: set both or neither"
        case .unusableCertificate(let path, let reason):
            "cannot use \(path): \(reason); it must be a PEM file that this process may read"
        }
    }
}
