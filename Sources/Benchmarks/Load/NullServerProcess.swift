internal import Foundation
internal import LoadTool

/// The null server as a process that the benchmark started.
struct NullServerProcess {
    let address: ServerAddress

    /// Starts a server with these options, uses it, and ends it whatever happens.
    static func use<Result>(_ options: [String], _ body: (NullServerProcess) throws -> Result) throws
        -> Result
    {
        let folder = try BenchFolder()
        let guardian = try BenchGuard(folder: folder.url)
        let process = try BenchProcess(
            name: "null server",
            command: [Programs.own, "http-null"] + options,
            log: folder.url.appending(path: "null.log")
        )
        try guardian.add(process.identifier)
        let result = Swift.Result { try body(NullServerProcess(address: try address(of: process))) }
        process.kill()
        try guardian.finish()
        return try result.get()
    }

    private static func address(of process: BenchProcess) throws -> ServerAddress {
        var found: String?
        try Polling.until("the null server listens", limit: 10) {
            guard process.isRunning else { throw BenchFailure("the null server ended:\n\(process.tail)") }
            found = process.output.split(separator: "\n").first { $0.hasPrefix("listening on ") }.map(
                String.init
            )
            return found != nil
        }
        return try ServerAddress(parsing: String((found ?? "").dropFirst("listening on ".count)))
    }
}
