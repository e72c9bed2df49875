internal import Glibc
internal import Synchronization

/// A file descriptor that takes whole lines from any thread.
public final class LogOutput: Sendable {
    /// The process's standard error, which stays open.
    public static let standardError = LogOutput(descriptor: 2)

    private let descriptor: Int32
    /// Lines lost because nobody took them.
    private let lostCount = Mutex(0)

    /// Writes to a descriptor that the caller keeps open.
    public init(descriptor: Int32) { self.descriptor = descriptor }

    /// Writes a line in one piece, so that lines of several threads and processes do not mix.
    ///
    /// A line that the descriptor refuses is lost: logging must not stop the work. The next line that gets
    /// through is preceded by one that says how many were.
    ///
    /// - Parameter lossLine: that line for a number of lost lines.
    func write(_ line: String, lossLine: (Int) -> String) {
        lostCount.withLock { lost in
            if lost > 0 && put(lossLine(lost)) { lost = 0 }
            if !put(line) { lost += 1 }
        }
    }

    private func put(_ line: String) -> Bool {
        var line = line
        return line.withUTF8 { bytes in
            var sent = 0
            while sent < bytes.count {
                let count = Glibc.write(descriptor, bytes.baseAddress?.advanced(by: sent), bytes.count - sent)
                if count >= 0 {
                    sent += count
                } else if errno != EINTR {
                    return false
                }
            }
            return true
        }
    }
}
