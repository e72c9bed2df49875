/// Where a process finds its certificates (PEM files).
public struct TLSSettings: Hashable, Sendable {
    /// Certificates of the authorities whose peers are trusted.
    public var authorityPath: String
    /// Own certificate, followed by intermediate certificates if there are any.
    public var certificatePath: String
    /// Private key of the own certificate, not encrypted.
    public var privateKeyPath: String

    /// Names the three files.
    public init(authorityPath: String, certificatePath: String, privateKeyPath: String) {
        self.authorityPath = authorityPath
        self.certificatePath = certificatePath
        self.privateKeyPath = privateKeyPath
    }
}
