internal import COpenSSL

/// What a certificate file says, for showing it to a person.
public struct CertificateInfo: Hashable, Sendable {
    /// Whom it was issued to.
    public let subject: String
    /// Who issued it.
    public let issuer: String
    /// All URI alternative names, as they stand in the certificate.
    public let uris: [String]
    /// The identity that those names state, or why they state none; an authority states none.
    public let identity: Result<PeerIdentity, PeerIdentityError>
    /// Serial number in hexadecimal.
    public let serial: String
    /// True if it may sign other certificates.
    public let isAuthority: Bool
    /// Valid from this moment, in seconds since 1970.
    public let startUnixSeconds: Int64
    /// Valid until this moment, in seconds since 1970.
    public let expiryUnixSeconds: Int64

    /// Reads the first certificate of a PEM file; whether anybody trusts it is not checked.
    ///
    /// - Throws: ``CertificateError/file(path:reason:)``.
    public init(path: String) throws(CertificateError) {
        try self.init(try X509Handle.read(path: path), path: path)
    }

    /// Reads every certificate of a PEM file, in order; at least one.
    ///
    /// - Throws: ``CertificateError/file(path:reason:)``.
    public static func all(path: String) throws(CertificateError) -> [CertificateInfo] {
        var all: [CertificateInfo] = []
        for handle in try X509Handle.readAll(path: path) {
            all.append(try CertificateInfo(handle, path: path))
        }
        return all
    }

    private init(_ handle: X509Handle, path: String) throws(CertificateError) {
        let certificate = handle.pointer
        defer { withExtendedLifetime(handle) {} }
        guard let start = CertificateFields.start(of: certificate),
            let expiry = CertificateFields.expiry(of: certificate)
        else { throw .file(path: path, reason: "its dates cannot be read") }
        subject = CertificateFields.text(of: X509_get_subject_name(certificate))
        issuer = CertificateFields.text(of: X509_get_issuer_name(certificate))
        uris = CertificateFields.uris(of: certificate)
        identity = Result { () throws(PeerIdentityError) in try PeerIdentity(certificate: certificate) }
        serial = CertificateFields.serial(of: certificate)
        isAuthority = X509_check_ca(certificate) == 1
        startUnixSeconds = start
        expiryUnixSeconds = expiry
    }
}
