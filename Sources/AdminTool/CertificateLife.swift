internal import Transport

/// How long a certificate is still good, for people.
enum CertificateLife {
    /// Days before the end from which on a certificate is worth a warning.
    static let warningDays = 30

    /// Whole days until the end; below zero once it is over.
    static func days(_ info: CertificateInfo, unixSeconds: Int64) -> Int {
        let left = info.expiryUnixSeconds - unixSeconds
        return Int(left < 0 ? (left - 86_399) / 86_400 : left / 86_400)
    }

    /// `in 12 days`, with a warning when that is soon.
    static func text(_ info: CertificateInfo, unixSeconds: Int64) -> String {
        let days = days(info, unixSeconds: unixSeconds)
        if info.expiryUnixSeconds <= unixSeconds { return "EXPIRED, renew it (batonctl certs rotate)" }
        let text = days == 1 ? "in 1 day" : "in \(days) days"
        return days < warningDays ? text + ", renew it (batonctl certs rotate)" : text
    }
}
