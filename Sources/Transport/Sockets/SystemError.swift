internal import CLinux
internal import Glibc

/// What errno values mean.
enum SystemError {
    static func text(of code: Int32) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { buffer in
            guard let start = buffer.baseAddress else { return "error \(code)" }
            clinux_error_text(code, start, buffer.count)
            return String(cString: start)
        }
    }

    /// True if a file to be made is there already.
    static func isExists(_ code: Int32) -> Bool { code == EEXIST }

    /// True for errors of `accept` that concern one connection only, or none: the listener itself is sound.
    static func isTransient(_ code: Int32) -> Bool {
        [EAGAIN, EINTR, ECONNABORTED, EPROTO, EPERM, ENETDOWN, EHOSTUNREACH, ENETUNREACH].contains(code)
    }
}
