internal import COpenSSL

/// What a session demands of its peer, and what verification found.
///
/// Lives as long as its ``TLSSession`` and is used only by the session's owner: OpenSSL calls verification
/// from within the handshake call.
final class PeerExpectation {
    private let cluster: String
    private let name: String?
    private(set) var identity: PeerIdentity?
    private(set) var refusal: TLSError?

    /// - Parameters:
    ///   - cluster: own cluster, to which the peer must belong.
    ///   - name: name the peer must have; `nil` admits any.
    init(cluster: String, name: String?) {
        self.cluster = cluster
        self.name = name
    }

    /// Checks the peer's leaf certificate, whose chain is already verified.
    func accept(leaf certificate: OpaquePointer) -> Bool {
        do throws(PeerIdentityError) {
            let found = try PeerIdentity(certificate: certificate)
            guard found.cluster == cluster else {
                throw .otherCluster(found: found.cluster, expected: cluster)
            }
            if let name, found.name != name { throw .otherName(found: found.name, expected: name) }
            identity = found
            return true
        } catch {
            refusal = .identity(error)
            return false
        }
    }

    func noteChainRefused(reason: String) {
        refusal = .untrustedPeer(reason: reason)
    }
}

extension PeerExpectation {
    /// OpenSSL's verification callback: asked once per certificate of the chain, the leaf last.
    static let verify: @convention(c) (Int32, OpaquePointer?) -> Int32 = { isSound, store in
        guard let store, let expectation = owner(of: store) else { return 0 }
        guard isSound == 1 else {
            let code = X509_STORE_CTX_get_error(store)
            expectation.noteChainRefused(reason: String(cString: X509_verify_cert_error_string(Int(code))))
            return 0
        }
        guard X509_STORE_CTX_get_error_depth(store) == 0 else { return 1 }
        guard let leaf = X509_STORE_CTX_get_current_cert(store), expectation.accept(leaf: leaf) else {
            X509_STORE_CTX_set_error(store, X509_V_ERR_CERT_REJECTED)
            return 0
        }
        return 1
    }

    private static func owner(of store: OpaquePointer) -> PeerExpectation? {
        guard let ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()),
            let raw = SSL_get_ex_data(OpaquePointer(ssl), TLSSession.expectationIndex)
        else { return nil }
        return Unmanaged<PeerExpectation>.fromOpaque(raw).takeUnretainedValue()
    }
}
