/// How one authority takes over from another without a moment at which two processes refuse each other.
extension CertificateAuthority {
    /// Puts a new authority before those that are trusted, and its key in place of the old one's: what is issued from now
    /// on is the new one's, what was issued before is still trusted by whoever has the new `ca.pem`.
    ///
    /// - Parameter days: lifetime of the new authority's certificate.
    /// - Throws: ``CertificateError/rotating(path:count:)`` when the file names several authorities already.
    public static func succeed(
        certificatePath: String,
        privateKeyPath: String,
        days: Int
    ) throws(CertificateError) {
        let old = try load(certificatePath: certificatePath, privateKeyPath: privateKeyPath)
        let trusted = try X509Handle.readAll(path: certificatePath)
        guard trusted.count == 1 else { throw .rotating(path: certificatePath, count: trusted.count) }
        let new = try create(cluster: old.cluster, days: days)
        try new.exported().writeAuthorities(
            certificatePath: certificatePath,
            privateKeyPath: privateKeyPath,
            trusting: [try trusted[0].pem()]
        )
    }

    /// Leaves only the first authority in `ca.pem`: the one whose key is there.
    ///
    /// - Throws: ``CertificateError/notRotating(path:)`` when there is no other.
    public static func endSuccession(
        certificatePath: String,
        privateKeyPath: String
    ) throws(CertificateError) {
        let new = try load(certificatePath: certificatePath, privateKeyPath: privateKeyPath)
        guard try X509Handle.readAll(path: certificatePath).count > 1 else {
            throw .notRotating(path: certificatePath)
        }
        try new.exported().writeAuthorities(
            certificatePath: certificatePath,
            privateKeyPath: privateKeyPath,
            trusting: []
        )
    }
}
