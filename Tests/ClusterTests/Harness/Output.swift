import Foundation

/// What a program that ends by itself said.
struct Output {
    let status: Int32
    /// Both outputs, one after the other.
    let text: String

    /// Runs a program to its end.
    ///
    /// - Throws: ``ClusterError`` if it is still running after a minute or was killed.
    static func of(_ program: String, _ arguments: [String], limit: Double = 60) throws -> Output {
        let file = FileManager.default.temporaryDirectory.appending(path: "baton-output-\(UUID().uuidString)")
        try Data().write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let handle = try FileHandle(forWritingTo: file)
        defer { try? handle.close() }
        let process = try ChildProcess(program, arguments, output: handle)
        defer { process.signal(SIGKILL) }
        let end = try Polling.value("\(program) ends", limit: limit) { process.end }
        guard case .exited(let status) = end else { throw ClusterError("\(program) ended: \(end)") }
        return Output(status: status, text: String(decoding: try Data(contentsOf: file), as: UTF8.self))
    }
}
