internal import NIOSSL

/// Whom a client believes to be the server, over TLS.
public enum ServerTrust: Hashable, Sendable {
    /// Certificates that the system's authorities signed.
    case system
    /// Certificates that an authority of a PEM file signed.
    case authority(path: String)
    /// Any certificate: for tests only.
    case anyone

    /// - Throws: ``LoadToolError`` for a file that is missing or has no certificate.
    func context() throws(LoadToolError) -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.applicationProtocols = ["http/1.1"]
        switch self {
        case .system: break
        case .authority(let path): configuration.trustRoots = .file(path)
        case .anyone: configuration.certificateVerification = .none
        }
        do {
            return try NIOSSLContext(configuration: configuration)
        } catch {
            if case .authority(let path) = self {
                throw .unusableFile(path, "no authority's certificate in PEM form: \(error)")
            }
            throw .environment("TLS cannot be set up: \(error)")
        }
    }
}
