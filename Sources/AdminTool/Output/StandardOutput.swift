internal import CLinux
internal import Foundation

/// Where a command writes.
struct StandardOutput {
    /// Whether a person looks at it.
    var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

    /// Columns and rows of the terminal; `nil` when it is none, or does not say.
    var size: TerminalSize? {
        var (columns, rows): (Int32, Int32) = (0, 0)
        guard isTerminal, clinux_terminal_size(STDOUT_FILENO, &columns, &rows) == 0, columns > 0, rows > 0
        else { return nil }
        return TerminalSize(columns: Int(columns), rows: Int(rows))
    }

    /// Columns of the terminal.
    var width: Int? { size?.columns }

    /// Whether lines can be drawn over others.
    var isPaintable: Bool { isTerminal && ProcessInfo.processInfo.environment["TERM"] != "dumb" }

    /// Writes all of it; `false` when nobody reads it any more.
    @discardableResult
    func write(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        var start = 0
        while start < bytes.count {
            let count = bytes[start...].withUnsafeBytes {
                Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count)
            }
            if count > 0 {
                start += count
            } else if count < 0, errno != EINTR, errno != EAGAIN {
                return false
            }
        }
        return true
    }
}
