internal import COpenSSL

extension PeerIdentity {
    /// Reads the one `baton://` URI among a certificate's alternative names.
    init(certificate: OpaquePointer) throws(PeerIdentityError) {
        let claims = CertificateFields.uris(of: certificate).filter(Self.isClaimed(by:))
        guard claims.count == 1 else { throw .uriCount(claims.count) }
        try self.init(uri: claims[0])
    }
}
