internal import COpenSSL

/// Owns one OpenSSL certificate, being made or read.
final class X509Handle {
    private static let version3 = 2  // The encoding counts from 0.
    private static let serialBytes = 16

    let pointer: OpaquePointer

    private init(owning pointer: OpaquePointer) { self.pointer = pointer }

    deinit { X509_free(pointer) }

    /// Starts a certificate: subject, key, validity from a little before now, a random serial number.
    static func make(
        organization: String,
        commonName: String,
        key: KeyHandle,
        days: Int,
        clockSkewSeconds: Int
    ) throws(CertificateError) -> X509Handle {
        ERR_clear_error()
        guard let pointer = X509_new() else { throw .current(during: "X509_new") }
        let handle = X509Handle(owning: pointer)
        let subject = X509_get_subject_name(pointer)
        guard X509_set_version(pointer, version3) == 1,
            X509_set_pubkey(pointer, key.pointer) == 1,
            X509_gmtime_adj(X509_getm_notBefore(pointer), -clockSkewSeconds) != nil,
            X509_time_adj_ex(X509_getm_notAfter(pointer), Int32(days), 0, nil) != nil,
            add(organization, as: "O", to: subject),
            add(commonName, as: "CN", to: subject)
        else { throw .current(during: "filling in a certificate") }
        try handle.setRandomSerial()
        return handle
    }

    static func read(path: String) throws(CertificateError) -> X509Handle {
        ERR_clear_error()
        guard let bio = BIO_new_file(path, "r") else {
            throw .file(path: path, reason: OpenSSLErrors.drainedText())
        }
        defer { BIO_free(bio) }
        guard let pointer = PEM_read_bio_X509(bio, nil, nil, nil) else {
            throw .file(path: path, reason: OpenSSLErrors.drainedText())
        }
        return X509Handle(owning: pointer)
    }

    /// Every certificate of a PEM file, in order; at least one.
    static func readAll(path: String) throws(CertificateError) -> [X509Handle] {
        var handles = [try read(path: path)]
        ERR_clear_error()
        guard let bio = BIO_new_file(path, "r") else {
            throw .file(path: path, reason: OpenSSLErrors.drainedText())
        }
        defer { BIO_free(bio) }
        X509_free(PEM_read_bio_X509(bio, nil, nil, nil))  // The first one, which was read above.
        while let pointer = PEM_read_bio_X509(bio, nil, nil, nil) {
            handles.append(X509Handle(owning: pointer))
        }
        ERR_clear_error()  // The end of the file counts as an error.
        return handles
    }

    func setIssuer(_ issuer: X509Handle) throws(CertificateError) {
        guard X509_set_issuer_name(pointer, X509_get_subject_name(issuer.pointer)) == 1 else {
            throw .current(during: "setting the issuer")
        }
    }

    /// Adds an extension in OpenSSL's text form.
    func addExtension(_ nid: Int32, _ value: String, issuer: X509Handle) throws(CertificateError) {
        var context = X509V3_CTX()
        X509V3_set_ctx(&context, issuer.pointer, pointer, nil, nil, 0)
        guard let made = X509V3_EXT_conf_nid(nil, &context, nid, value) else {
            throw .current(during: "extension \(value)")
        }
        defer { X509_EXTENSION_free(made) }
        guard X509_add_ext(pointer, made, -1) == 1 else { throw .current(during: "extension \(value)") }
    }

    func addURI(_ uri: String) throws(CertificateError) {
        guard COpenSSL_add_uri_name(pointer, uri) == 1 else { throw .current(during: "adding \(uri)") }
    }

    func sign(with key: KeyHandle) throws(CertificateError) {
        guard X509_sign(pointer, key.pointer, EVP_sha256()) > 0 else { throw .current(during: "signing") }
    }

    func pem() throws(CertificateError) -> String {
        ERR_clear_error()
        guard let bio = BIO_new(BIO_s_mem()) else { throw .current(during: "writing a certificate") }
        defer { BIO_free(bio) }
        guard PEM_write_bio_X509(bio, pointer) == 1 else { throw .current(during: "writing a certificate") }
        return CertificateFields.contents(of: bio)
    }

    /// The subject's O field.
    var subjectOrganization: String? {
        guard let subject = X509_get_subject_name(pointer) else { return nil }
        let index = X509_NAME_get_index_by_NID(subject, NID_organizationName, -1)
        guard index >= 0, let entry = X509_NAME_get_entry(subject, index) else { return nil }
        let text = X509_NAME_ENTRY_get_data(entry)
        guard let bytes = ASN1_STRING_get0_data(text) else { return nil }
        return String(
            decoding: UnsafeBufferPointer(start: bytes, count: Int(ASN1_STRING_length(text))),
            as: UTF8.self
        )
    }

    private func setRandomSerial() throws(CertificateError) {
        var bytes = [UInt8](repeating: 0, count: Self.serialBytes)
        guard RAND_bytes(&bytes, Int32(bytes.count)) == 1 else {
            throw .current(during: "drawing a serial number")
        }
        bytes[0] = bytes[0] & 0x7F | 0x40  // Positive, and never fewer than sixteen bytes.
        guard let number = BN_bin2bn(bytes, Int32(bytes.count), nil) else {
            throw .current(during: "making a serial number")
        }
        defer { BN_free(number) }
        guard BN_to_ASN1_INTEGER(number, X509_get_serialNumber(pointer)) != nil else {
            throw .current(during: "making a serial number")
        }
    }

    private static func add(_ value: String, as field: String, to name: OpaquePointer?) -> Bool {
        let bytes = Array(value.utf8)
        return X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8, bytes, Int32(bytes.count), -1, 0) == 1
    }
}
