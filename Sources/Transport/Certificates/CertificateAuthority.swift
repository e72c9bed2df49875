internal import CLinux
internal import COpenSSL

/// The authority of one cluster: an EC P-256 key that signs the certificates of its processes.
///
/// A tool's object: used by one thread, thrown away afterwards.
public final class CertificateAuthority {
    private static let clockSkewSeconds = 300
    private static let lifetimeDays = 1...36_500

    private let certificate: X509Handle
    private let key: KeyHandle
    /// Cluster for which it issues.
    public let cluster: String

    /// Makes a new authority for a cluster.
    ///
    /// - Parameter days: lifetime of the authority's certificate.
    /// - Throws: ``CertificateError``.
    public static func create(cluster: String, days: Int) throws(CertificateError) -> CertificateAuthority {
        // An identity's rules for names are the cluster's.
        do throws(PeerIdentityError) {
            _ = try PeerIdentity(cluster: cluster, name: "authority", roles: [.admin])
        } catch {
            throw .badCluster(cluster)
        }
        let key = try KeyHandle.generate()
        let certificate = try X509Handle.make(
            organization: cluster,
            commonName: "Baton authority",
            key: key,
            days: checked(days),
            clockSkewSeconds: clockSkewSeconds
        )
        try certificate.setIssuer(certificate)
        try certificate.addExtension(NID_basic_constraints, "critical,CA:TRUE,pathlen:0", issuer: certificate)
        try certificate.addExtension(NID_key_usage, "critical,keyCertSign,cRLSign", issuer: certificate)
        try certificate.addExtension(NID_subject_key_identifier, "hash", issuer: certificate)
        try certificate.sign(with: key)
        return CertificateAuthority(certificate: certificate, key: key, cluster: cluster)
    }

    /// Reads an authority that
    /// ``IssuedCertificate/write(certificatePath:privateKeyPath:isOverwriting:)`` wrote.
    ///
    /// - Throws: ``CertificateError/notAnAuthority(path:reason:)`` if the files do not belong together, or
    ///   the certificate may not sign others.
    public static func load(
        certificatePath: String,
        privateKeyPath: String
    ) throws(CertificateError) -> CertificateAuthority {
        let certificate = try X509Handle.read(path: certificatePath)
        let key = try KeyHandle.read(path: privateKeyPath)
        guard X509_check_ca(certificate.pointer) == 1 else {
            throw .notAnAuthority(path: certificatePath, reason: "it may not sign certificates")
        }
        guard X509_check_private_key(certificate.pointer, key.pointer) == 1 else {
            ERR_clear_error()
            throw .notAnAuthority(path: certificatePath, reason: "\(privateKeyPath) is not its key")
        }
        guard let cluster = certificate.subjectOrganization else {
            throw .notAnAuthority(path: certificatePath, reason: "its subject names no cluster (O)")
        }
        return CertificateAuthority(certificate: certificate, key: key, cluster: cluster)
    }

    private init(certificate: X509Handle, key: KeyHandle, cluster: String) {
        self.certificate = certificate
        self.key = key
        self.cluster = cluster
    }

    /// The authority itself as PEM: the certificate goes to every process, the key stays with the operator.
    public func exported() throws(CertificateError) -> IssuedCertificate {
        IssuedCertificate(certificatePEM: try certificate.pem(), privateKeyPEM: try key.pem())
    }

    /// Issues a certificate with a new key; valid for TLS as server and client.
    ///
    /// - Parameter days: lifetime; the authority's own expiry ends it earlier.
    /// - Throws: ``CertificateError/otherCluster(asked:authority:)``,
    ///   ``CertificateError/badLifetime(days:)``.
    public func issue(_ identity: PeerIdentity, days: Int) throws(CertificateError) -> IssuedCertificate {
        try issue(identity, days: days, key: try KeyHandle.generate())
    }

    /// Issues a certificate anew: the same identity, and a new key of the same type as the one in `privateKeyPath`.
    ///
    /// - Throws: ``CertificateError``.
    public func reissue(
        _ identity: PeerIdentity,
        days: Int,
        privateKeyPath: String
    ) throws(CertificateError) -> IssuedCertificate {
        try issue(identity, days: days, key: try KeyHandle.read(path: privateKeyPath).generateAlike())
    }

    /// Whether the first certificate of a file was signed by this authority.
    public func hasIssued(certificatePath: String) throws(CertificateError) -> Bool {
        let leaf = try X509Handle.read(path: certificatePath)
        defer { ERR_clear_error() }
        return X509_verify(leaf.pointer, key.pointer) == 1
    }

    private func issue(
        _ identity: PeerIdentity,
        days: Int,
        key leafKey: KeyHandle
    ) throws(CertificateError) -> IssuedCertificate {
        guard identity.cluster == cluster else {
            throw .otherCluster(asked: identity.cluster, authority: cluster)
        }
        let leaf = try X509Handle.make(
            organization: cluster,
            commonName: identity.name,
            key: leafKey,
            days: Self.checked(days),
            clockSkewSeconds: Self.clockSkewSeconds
        )
        try leaf.setIssuer(certificate)
        try leaf.addExtension(NID_basic_constraints, "critical,CA:FALSE", issuer: certificate)
        try leaf.addExtension(NID_key_usage, "critical,digitalSignature", issuer: certificate)
        try leaf.addExtension(NID_ext_key_usage, "serverAuth,clientAuth", issuer: certificate)
        try leaf.addExtension(NID_authority_key_identifier, "keyid", issuer: certificate)
        try leaf.addURI(identity.description)
        try leaf.sign(with: key)
        return IssuedCertificate(certificatePEM: try leaf.pem(), privateKeyPEM: try leafKey.pem())
    }

    private static func checked(_ days: Int) throws(CertificateError) -> Int {
        guard lifetimeDays.contains(days) else { throw .badLifetime(days: days) }
        return days
    }
}
