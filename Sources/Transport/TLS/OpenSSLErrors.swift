internal import COpenSSL

/// Reads OpenSSL's per-thread error queue.
enum OpenSSLErrors {
    /// Set in codes that carry an errno (`ERR_SYSTEM_FLAG`).
    private static let systemFlag: UInt = 0x8000_0000

    /// Texts of all queued errors, oldest first; empties the queue.
    ///
    /// When the system refused something, that reason alone is given: what OpenSSL adds says no more.
    static func drainedText() -> String {
        var texts: [String] = []
        var systemReason: String?
        while true {
            let code = ERR_get_error()
            guard code != 0 else { break }
            texts.append(text(of: code))
            if code & systemFlag != 0, systemReason == nil {
                systemReason = SystemError.text(of: Int32(truncatingIfNeeded: code & ~systemFlag))
            }
        }
        if let systemReason { return systemReason }
        return texts.isEmpty ? "no reason given" : texts.joined(separator: "; ")
    }

    /// Turns the queue of a failed session call into a typed error; empties the queue.
    ///
    /// - Parameter verification: what certificate verification said, if it refused the peer.
    static func sessionError(during operation: String, verification: TLSError?) -> TLSError {
        let code = ERR_peek_error()
        let reason = COpenSSL_error_reason(code)
        let error = known(reason, verification: verification)
        guard let error else { return .openSSL(during: operation, reason: drainedText()) }
        ERR_clear_error()
        return error
    }

    private static func known(_ reason: Int32, verification: TLSError?) -> TLSError? {
        switch reason {
        case SSL_R_CERTIFICATE_VERIFY_FAILED:
            verification
        case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE:
            .noPeerCertificate
        case SSL_R_NO_APPLICATION_PROTOCOL, SSL_AD_REASON_OFFSET + SSL_AD_NO_APPLICATION_PROTOCOL:
            .noCommonProtocol
        case SSL_R_UNSUPPORTED_PROTOCOL, SSL_AD_REASON_OFFSET + SSL_AD_PROTOCOL_VERSION:
            .oldVersion
        case SSL_R_WRONG_VERSION_NUMBER, SSL_R_HTTP_REQUEST, SSL_R_HTTPS_PROXY_REQUEST:
            .notTLS
        case SSL_R_UNEXPECTED_EOF_WHILE_READING:
            .connectionLost(reason: "end of stream without TLS close")
        case (SSL_AD_REASON_OFFSET + 1)..<(SSL_AD_REASON_OFFSET + 256):
            .refusedByPeer(alert: String(cString: SSL_alert_desc_string_long(reason - SSL_AD_REASON_OFFSET)))
        default:
            nil
        }
    }

    private static func text(of code: UInt) -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        ERR_error_string_n(code, &buffer, buffer.count)
        return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
