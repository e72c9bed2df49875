internal import COpenSSL

/// Owns one OpenSSL private key.
final class KeyHandle {
    let pointer: OpaquePointer

    private init(owning pointer: OpaquePointer) { self.pointer = pointer }

    deinit { EVP_PKEY_free(pointer) }

    /// Makes a new EC P-256 key.
    static func generate() throws(CertificateError) -> KeyHandle {
        ERR_clear_error()
        guard let pointer = COpenSSL_generate_p256() else { throw .current(during: "key generation") }
        return KeyHandle(owning: pointer)
    }

    /// Makes a new key of the type and size of this one.
    func generateAlike() throws(CertificateError) -> KeyHandle {
        ERR_clear_error()
        guard let made = COpenSSL_generate_like(pointer) else { throw .current(during: "key generation") }
        return KeyHandle(owning: made)
    }

    static func read(path: String) throws(CertificateError) -> KeyHandle {
        ERR_clear_error()
        guard let bio = BIO_new_file(path, "r") else {
            throw .file(path: path, reason: OpenSSLErrors.drainedText())
        }
        defer { BIO_free(bio) }
        guard let pointer = PEM_read_bio_PrivateKey(bio, nil, nil, nil) else {
            throw .file(path: path, reason: OpenSSLErrors.drainedText())
        }
        return KeyHandle(owning: pointer)
    }

    func pem() throws(CertificateError) -> String {
        ERR_clear_error()
        guard let bio = BIO_new(BIO_s_mem()) else { throw .current(during: "writing a key") }
        defer { BIO_free(bio) }
        guard PEM_write_bio_PrivateKey(bio, pointer, nil, nil, 0, nil, nil) == 1 else {
            throw .current(during: "writing a key")
        }
        return CertificateFields.contents(of: bio)
    }
}
