/// The `tls` section: who this process is on worker and admin connections, and whom it trusts (PEM files).
public struct TLSFiles: Hashable, Sendable {
    /// Certificates of the authorities whose peers are trusted.
    public var authorityPath: String
    /// Own certificate, followed by intermediate certificates if there are any.
    public var certificatePath: String
    /// Private key of the own certificate.
    public var privateKeyPath: String

    /// Names the three files.
    public init(authorityPath: String, certificatePath: String, privateKeyPath: String) {
        self.authorityPath = authorityPath
        self.certificatePath = certificatePath
        self.privateKeyPath = privateKeyPath
    }
}
