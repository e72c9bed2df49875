internal import Foundation
internal import Glibc

/// A process that the benchmark started; addressed by its identifier only.
final class BenchProcess {
    let name: String
    private let process = Process()
    private let input = Pipe()
    private let logPath: String

    /// Starts a program; both of its outputs go to a file.
    ///
    /// - Parameter command: the program's path and its arguments.
    init(name: String, command: [String], log: URL) throws {
        self.name = name
        logPath = log.path
        try Data().write(to: log)
        let output = try FileHandle(forWritingTo: log)
        defer { try? output.close() }
        process.executableURL = URL(fileURLWithPath: command[0])
        process.arguments = Array(command.dropFirst())
        process.standardInput = input
        process.standardOutput = output
        process.standardError = output
        do {
            try process.run()
        } catch {
            throw BenchFailure("cannot start \(command[0]): \(error)")
        }
    }

    var identifier: Int32 { process.processIdentifier }

    var isRunning: Bool { process.isRunning }

    /// What the process has written so far.
    var output: String {
        FileManager.default.contents(atPath: logPath).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// The number after `key` and a space or an equals sign, once the process has written it.
    func number(after key: String) throws -> UInt16 {
        var found: UInt16?
        try Polling.until("\(name) says its \(key)") {
            guard isRunning else { throw BenchFailure("\(name) ended") }
            let words = output.split { " =\n\"".contains($0) }
            found = zip(words, words.dropFirst()).first { $0.0 == key }.flatMap { UInt16($0.1) }
            return found != nil
        }
        guard let found else { throw BenchFailure("\(name) did not say its \(key)") }
        return found
    }

    /// Writes a line to the process's input.
    func tell(_ line: String) throws {
        try input.fileHandleForWriting.write(contentsOf: Data("\(line)\n".utf8))
    }

    /// Ends the process at once and waits for that.
    func kill() {
        if process.isRunning { _ = Glibc.kill(identifier, SIGKILL) }
        process.waitUntilExit()
    }

    /// Waits until the process has ended by itself.
    ///
    /// - Throws: ``BenchFailure`` with what it wrote when it fails, or takes longer than `limit` seconds.
    func finish(limit: Double) throws {
        try Polling.until("\(name) ends", limit: limit) { !process.isRunning }
        process.waitUntilExit()
        guard process.terminationReason == .exit, process.terminationStatus == 0 else {
            throw BenchFailure("\(name) ended with status \(process.terminationStatus):\n\(tail)")
        }
    }

    /// The end of what the process wrote, for a person who reads why a benchmark failed.
    var tail: String {
        output.split(separator: "\n").suffix(20).joined(separator: "\n")
    }
}
