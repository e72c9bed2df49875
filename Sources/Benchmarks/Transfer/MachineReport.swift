internal import Foundation

/// On what and when a benchmark ran.
struct MachineReport: Codable {
    /// UTC.
    var date: String
    var processor: String
    var cores: Int
    var kernel: String
    /// Processes that wanted to run, over the last minute: more than cores means that rates are disturbed.
    var load: Double

    static var current: MachineReport {
        let name = text("/proc/cpuinfo").split(separator: "\n").first { $0.hasPrefix("model name") }?
            .split(separator: ":").last?.trimmingCharacters(in: .whitespaces)
        return MachineReport(
            date: Date().ISO8601Format(),
            processor: name ?? "unknown",
            cores: ProcessInfo.processInfo.activeProcessorCount,
            kernel: text("/proc/sys/kernel/osrelease").trimmingCharacters(in: .whitespacesAndNewlines),
            load: Double(text("/proc/loadavg").prefix { $0 != " " }) ?? 0
        )
    }

    /// A file of the kernel; empty if there is none.
    private static func text(_ path: String) -> String {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}
