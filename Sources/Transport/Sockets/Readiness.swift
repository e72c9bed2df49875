internal import CLinux

/// What a descriptor can be waited for; bits that `poll` and `epoll` share.
enum Readiness {
    static let readable = UInt32(clinux_readable)
    static let writable = UInt32(clinux_writable)
    /// Reported whether asked for or not.
    static let failed = UInt32(clinux_failed) | UInt32(clinux_hung_up)
}
