internal import COpenSSL

/// Reads single fields of an OpenSSL `X509`.
enum CertificateFields {
    /// All URI alternative names; bytes that are not UTF-8 become replacement characters,
    /// which no rule accepts.
    static func uris(of certificate: OpaquePointer) -> [String] {
        guard let names = X509_get_ext_d2i(certificate, NID_subject_alt_name, nil, nil) else { return [] }
        let list = OpaquePointer(names)
        defer { COpenSSL_general_names_free(list) }
        return (0..<max(0, COpenSSL_general_name_count(list))).compactMap { index in
            var count: Int32 = 0
            guard let bytes = COpenSSL_general_name_uri(list, index, &count) else { return nil }
            return String(decoding: UnsafeBufferPointer(start: bytes, count: Int(count)), as: UTF8.self)
        }
    }

    /// Seconds since 1970 after which the certificate is no longer valid.
    static func expiry(of certificate: OpaquePointer) -> Int64? {
        unixSeconds(X509_get0_notAfter(certificate))
    }

    /// Seconds since 1970 before which the certificate is not yet valid.
    static func start(of certificate: OpaquePointer) -> Int64? {
        unixSeconds(X509_get0_notBefore(certificate))
    }

    /// A name as "O=lab, CN=worker-1".
    static func text(of name: OpaquePointer?) -> String {
        guard let name, let bio = BIO_new(BIO_s_mem()) else { return "" }
        defer { BIO_free(bio) }
        COpenSSL_print_name(bio, name)
        return contents(of: bio)
    }

    /// What was written to a memory BIO.
    static func contents(of bio: OpaquePointer) -> String {
        var start: UnsafeMutablePointer<CChar>?
        let count = COpenSSL_BIO_contents(bio, &start)
        guard let start, count > 0 else { return "" }
        return String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
    }

    /// The serial number in hexadecimal.
    static func serial(of certificate: OpaquePointer) -> String {
        guard let number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nil) else { return "" }
        defer { BN_free(number) }
        guard let text = BN_bn2hex(number) else { return "" }
        defer { CRYPTO_free(text, #file, #line) }
        return String(cString: text)
    }

    private static func unixSeconds(_ time: UnsafePointer<ASN1_TIME>?) -> Int64? {
        guard let time, let epoch = ASN1_TIME_set(nil, 0) else { return nil }
        defer { ASN1_TIME_free(epoch) }
        var days: Int32 = 0
        var seconds: Int32 = 0
        guard ASN1_TIME_diff(&days, &seconds, epoch, time) == 1 else { return nil }
        return Int64(days) * 86_400 + Int64(seconds)
    }
}
