import Foundation

/// One daemon of a test cluster: its settings file, its process, its log.
final class Daemon {
    /// Which program it is.
    enum Kind: String {
        case router = "baton-router"
        case prefill = "baton-prefill-worker"
        case decode = "baton-decode-worker"
    }

    let kind: Kind
    let name: String
    let settingsPath: String
    private let logPath: String
    private let processGuard: ProcessGuard
    private var process: ChildProcess?
    /// Whether a test has asked for the end of the latest process, or looked at it.
    private var isEndExpected = false
    /// Where the log of the latest start begins.
    private var logStart: UInt64 = 0
    /// Ports by the field that names them in the log, once it listens.
    private(set) var ports: [String: UInt16] = [:]

    init(_ kind: Kind, name: String, folder: URL, processGuard: ProcessGuard) {
        self.kind = kind
        self.name = name
        self.processGuard = processGuard
        settingsPath = folder.appending(path: "\(name).yaml").path
        logPath = folder.appending(path: "\(name).log").path
    }

    var isRunning: Bool { process.map { $0.end == nil } ?? false }

    /// Starts the process; ``waitUntilListening()`` tells when it can be used.
    func start() throws {
        precondition(!isRunning, "\(name) runs already")
        if !FileManager.default.fileExists(atPath: logPath) {
            try Data().write(to: URL(fileURLWithPath: logPath))
        }
        let log = try FileHandle(forWritingTo: URL(fileURLWithPath: logPath))
        defer { try? log.close() }
        logStart = try log.seekToEnd()
        ports = [:]
        let program = Products.executable(kind.rawValue)
        let process = try ChildProcess(program, ["--config", settingsPath], output: log)
        try processGuard.add(process)
        self.process = process
        isEndExpected = false
    }

    func waitUntilListening() throws {
        let event = kind == .router ? "router.listening" : "worker.listening"
        let line = try Polling.value("\(name) logs \(event)") { () throws -> LogLine? in
            if let end = process?.end { throw ClusterError("\(name) ended at its start: \(end)") }
            return log.last { $0.message == event }
        }
        ports = line.fields.compactMapValues { UInt16($0) }
    }

    func port(_ field: String) throws -> UInt16 {
        guard let port = ports[field] else { throw ClusterError("\(name) told no port \(field): \(ports)") }
        return port
    }

    func signal(_ number: Int32) { process?.signal(number) }

    /// Ends the process at once and waits until it is gone.
    func kill() throws {
        process?.signal(SIGKILL)
        _ = try waitForEnd()
    }

    func waitForEnd(limit: Double = 30) throws -> ChildProcess.End {
        guard let process else { throw ClusterError("\(name) was never started") }
        let end = try Polling.value("\(name) ends", limit: limit) { process.end }
        isEndExpected = true
        try processGuard.drop(process)
        return end
    }

    /// How it ended, if no test asked it to: a crash.
    var unexpectedEnd: ChildProcess.End? { isEndExpected ? nil : process?.end }

    // MARK: Log

    /// The log since the latest start.
    var log: [LogLine] { logText.split(separator: "\n").compactMap { LogLine($0) } }

    /// Waits for a line with this message whose field `field` contains `text`.
    @discardableResult
    func waitForLog(_ message: String, _ field: String, contains text: String) throws -> LogLine {
        try Polling.value("\(name) logs \(message) with \(field) that contains \"\(text)\"") {
            log.last { $0.message == message && $0.fields[field]?.contains(text) == true }
        }
    }

    /// The end of the log, or a crash, for a person who reads why a test failed.
    var logTail: String {
        let lines = logText.split(separator: "\n", omittingEmptySubsequences: false)
        let crash = lines.firstIndex { $0.contains("Fatal error") || $0.contains("Program crashed") }
        let shown = crash.map { lines[$0...].prefix(80) } ?? lines.suffix(30)
        let state = process.map { process in process.end.map { "\($0)" } ?? "running" } ?? "never started"
        return "---- \(name), \(state) ----\n" + shown.joined(separator: "\n")
    }

    private var logText: String {
        guard let file = FileHandle(forReadingAtPath: logPath) else { return "" }
        defer { try? file.close() }
        do {
            try file.seek(toOffset: logStart)
            return String(decoding: try file.readToEnd() ?? Data(), as: UTF8.self)
        } catch {
            return "cannot read \(logPath): \(error)"
        }
    }
}
