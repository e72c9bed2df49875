internal import Foundation
internal import Glibc

/// Processor time that a process has used, all threads together.
enum ProcessorTime {
    /// Seconds in user mode and in the kernel since the process started, to a clock tick (10 ms).
    ///
    /// - Throws: ``BenchFailure`` when there is no such process.
    static func seconds(of process: Int32) throws(BenchFailure) -> Double {
        let path = "/proc/\(process)/stat"
        guard let data = FileManager.default.contents(atPath: path),
            let ticks = ticks(inStat: String(decoding: data, as: UTF8.self))
        else { throw BenchFailure("cannot read \(path): the process has ended") }
        return Double(ticks) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// Clock ticks in user mode and in the kernel, from the text of `/proc/PID/stat`; `nil` if it is malformed.
    ///
    /// The name of the program stands in parentheses and may itself hold spaces and parentheses.
    /// Source: proc_pid_stat(5), fields 14 and 15.
    static func ticks(inStat text: String) -> Int? {
        guard let end = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: end)...].split(separator: " ")
        guard fields.count > 12, let user = Int(fields[11]), let system = Int(fields[12]) else { return nil }
        return user + system
    }
}
