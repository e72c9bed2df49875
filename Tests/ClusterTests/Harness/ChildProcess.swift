import Foundation

/// A process that a test started, addressed by its identifier only.
final class ChildProcess {
    /// How a process ended.
    enum End: Equatable {
        case exited(Int32)
        case killed(signal: Int32)
    }

    private let process = Process()

    /// Starts a program; both of its outputs are appended to a file.
    init(_ executable: String, _ arguments: [String], output: FileHandle) throws {
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        do {
            try process.run()
        } catch {
            throw ClusterError("cannot start \(executable): \(error)")
        }
    }

    var identifier: Int32 { process.processIdentifier }

    /// How it ended; `nil` while it runs.
    var end: End? {
        guard !process.isRunning else { return nil }
        let status = process.terminationStatus
        return process.terminationReason == .exit ? .exited(status) : .killed(signal: status)
    }

    func signal(_ number: Int32) {
        guard process.isRunning else { return }
        kill(identifier, number)
    }
}
