internal import Foundation
internal import ServingTypes
internal import Transport

/// Memory of a process as the kernel counts it, without what the kernel holds for its sockets.
struct ProcessMemory: Equatable {
    /// Resident bytes, shared ones in full.
    var resident: Int
    /// Resident bytes, shared ones by their share.
    var proportional: Int

    private static let settlingReadings = 10
    private static let settlingBytes = 32 << 10

    /// Reads it now.
    ///
    /// - Throws: ``BenchFailure`` when there is no such process.
    static func current(of process: Int32) throws(BenchFailure) -> ProcessMemory {
        let path = "/proc/\(process)/smaps_rollup"
        guard let data = FileManager.default.contents(atPath: path),
            let memory = ProcessMemory(smapsRollup: String(decoding: data, as: UTF8.self))
        else { throw BenchFailure("cannot read \(path): the process has ended") }
        return memory
    }

    /// Reads it once it has hardly changed for a second.
    static func settled(of process: Int32) throws -> ProcessMemory {
        var readings: [ProcessMemory] = []
        try Polling.until("the memory of process \(process) settles", limit: 60) {
            Thread.sleep(forTimeInterval: 0.1)
            readings.append(try current(of: process))
            let last = readings.suffix(settlingReadings).map(\.resident)
            guard last.count == settlingReadings, let least = last.min(), let most = last.max() else {
                return false
            }
            return most - least <= settlingBytes
        }
        return try current(of: process)
    }

    /// Reads the text of `/proc/PID/smaps_rollup`; `nil` if it is malformed.
    ///
    /// Source: proc_pid_smaps(5).
    init?(smapsRollup text: String) {
        var values: [Substring: Int] = [:]
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count == 3, words[2] == "kB", let size = Int(words[1]) else { continue }
            values[words[0]] = size << 10
        }
        guard let resident = values["Rss:"], let proportional = values["Pss:"] else { return nil }
        self.resident = resident
        self.proportional = proportional
    }
}
