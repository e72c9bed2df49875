internal import Foundation

/// A program of the system, such as `ip`, run to its end.
public struct SystemTool: Sendable {
    /// What a program wrote before it failed.
    public struct Failure: Error, CustomStringConvertible {
        /// The command and its output.
        public let description: String
    }

    private static let folders = ["/usr/sbin", "/sbin", "/usr/bin", "/bin"]

    /// Where the program is.
    public let path: String

    /// Finds a program; `nil` if this machine does not have it.
    public init?(_ name: String) {
        let found = Self.folders.map { "\($0)/\(name)" }.first {
            FileManager.default.isExecutableFile(atPath: $0)
        }
        guard let found else { return nil }
        path = found
    }

    /// Runs the program and waits.
    ///
    /// - Throws: ``Failure`` with what it wrote when its status is not 0.
    public func run(_ arguments: [String]) throws {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            let command = ([path] + arguments).joined(separator: " ")
            throw Failure(description: "\(command) failed: \(String(decoding: text, as: UTF8.self))")
        }
    }
}
