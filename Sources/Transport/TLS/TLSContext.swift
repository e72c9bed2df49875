internal import COpenSSL

/// Owns one OpenSSL `SSL_CTX`, configured once: TLS 1.3 only, certificates on both sides, ALPN `baton/1`.
///
/// Sendable because nothing changes the context after `load` returned, and OpenSSL's own reference counts and
/// the reads done by `SSL_new` are thread-safe.
final class TLSContext: @unchecked Sendable {
    static let applicationProtocol = "baton/1"
    /// AES-128-GCM is the fastest where AES is in hardware; the others are for peers without it.
    private static let cipherSuites =
        "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256"

    let pointer: OpaquePointer
    /// Own identity, read from the own certificate.
    let identity: PeerIdentity
    /// Seconds since 1970 at which the own certificate expires.
    let expiryUnixSeconds: Int64
    /// Serial number of the own certificate, in hexadecimal.
    let serial: String

    static func load(_ settings: TLSSettings) throws(TLSError) -> TLSContext {
        ERR_clear_error()
        guard let pointer = SSL_CTX_new(TLS_method()) else {
            throw .openSSL(during: "SSL_CTX_new", reason: OpenSSLErrors.drainedText())
        }
        do throws(TLSError) {
            try setProtocol(of: pointer)
            try loadFiles(settings, into: pointer)
            let certificate = try checkedCertificate(of: pointer, settings)
            return try TLSContext(owning: pointer, certificate: certificate, path: settings.certificatePath)
        } catch {
            SSL_CTX_free(pointer)
            throw error
        }
    }

    private init(owning pointer: OpaquePointer, certificate: OpaquePointer, path: String) throws(TLSError) {
        do throws(PeerIdentityError) {
            identity = try PeerIdentity(certificate: certificate)
        } catch {
            throw .ownCertificate(path: path, reason: error.description)
        }
        guard let expiry = CertificateFields.expiry(of: certificate) else {
            throw .ownCertificate(path: path, reason: "its expiry date cannot be read")
        }
        expiryUnixSeconds = expiry
        serial = CertificateFields.serial(of: certificate)
        self.pointer = pointer
    }

    deinit { SSL_CTX_free(pointer) }

    private static func setProtocol(of context: OpaquePointer) throws(TLSError) {
        COpenSSL_CTX_set_defaults(context)
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, PeerExpectation.verify)
        SSL_CTX_set_alpn_select_cb(context, selectProtocol, nil)
        let list = protocolList
        guard COpenSSL_CTX_only_tls13(context) == 1,
            SSL_CTX_set_ciphersuites(context, cipherSuites) == 1,
            // This one call returns 0 on success.
            SSL_CTX_set_alpn_protos(context, list, UInt32(list.count)) == 0
        else { throw .openSSL(during: "setting TLS 1.3 parameters", reason: OpenSSLErrors.drainedText()) }
    }

    private static func loadFiles(_ settings: TLSSettings, into context: OpaquePointer) throws(TLSError) {
        guard SSL_CTX_load_verify_file(context, settings.authorityPath) == 1 else {
            throw .file(path: settings.authorityPath, reason: OpenSSLErrors.drainedText())
        }
        guard SSL_CTX_use_certificate_chain_file(context, settings.certificatePath) == 1 else {
            throw .file(path: settings.certificatePath, reason: OpenSSLErrors.drainedText())
        }
        guard SSL_CTX_use_PrivateKey_file(context, settings.privateKeyPath, SSL_FILETYPE_PEM) == 1 else {
            guard ERR_GET_REASON(ERR_peek_last_error()) != X509_R_KEY_VALUES_MISMATCH else {
                throw mismatch(settings)
            }
            throw .file(path: settings.privateKeyPath, reason: OpenSSLErrors.drainedText())
        }
        guard SSL_CTX_check_private_key(context) == 1 else { throw mismatch(settings) }
    }

    private static func mismatch(_ settings: TLSSettings) -> TLSError {
        ERR_clear_error()
        return .keyMismatch(keyPath: settings.privateKeyPath, certificatePath: settings.certificatePath)
    }

    /// The own certificate, verified as a peer would: a wrong file is found at start, not at
    /// the first connection.
    private static func checkedCertificate(
        of context: OpaquePointer,
        _ settings: TLSSettings
    ) throws(TLSError) -> OpaquePointer {
        guard let certificate = SSL_CTX_get0_certificate(context),
            let verification = X509_STORE_CTX_new()
        else { throw .openSSL(during: "reading the own certificate", reason: OpenSSLErrors.drainedText()) }
        defer { X509_STORE_CTX_free(verification) }
        guard
            X509_STORE_CTX_init(
                verification,
                SSL_CTX_get_cert_store(context),
                certificate,
                COpenSSL_CTX_chain(context)
            ) == 1
        else {
            throw .openSSL(during: "verifying the own certificate", reason: OpenSSLErrors.drainedText())
        }
        guard X509_verify_cert(verification) == 1 else {
            let code = X509_STORE_CTX_get_error(verification)
            ERR_clear_error()
            throw .ownCertificate(
                path: settings.certificatePath,
                reason: String(cString: X509_verify_cert_error_string(Int(code)))
            )
        }
        return certificate
    }

    /// ALPN's list form: each name preceded by its length.
    private static var protocolList: [UInt8] {
        [UInt8(applicationProtocol.utf8.count)] + Array(applicationProtocol.utf8)
    }

    /// Server side of ALPN: points into the client's list, or ends the handshake with an alert.
    private static let selectProtocol:
        @convention(c) (
            OpaquePointer?, UnsafeMutablePointer<UnsafePointer<UInt8>?>?, UnsafeMutablePointer<UInt8>?,
            UnsafePointer<UInt8>?, UInt32, UnsafeMutableRawPointer?
        ) -> Int32 = { _, selected, selectedCount, offered, offeredCount, _ in
            guard let selected, let selectedCount, let offered else { return SSL_TLSEXT_ERR_ALERT_FATAL }
            let list = UnsafeBufferPointer(start: offered, count: Int(offeredCount))
            var start = 0
            while start < list.count {
                let end = start + 1 + Int(list[start])
                guard end <= list.count else { break }
                if list[(start + 1)..<end].elementsEqual(applicationProtocol.utf8) {
                    selected.pointee = offered + start + 1
                    selectedCount.pointee = list[start]
                    return SSL_TLSEXT_ERR_OK
                }
                start = end
            }
            return SSL_TLSEXT_ERR_ALERT_FATAL
        }
}
