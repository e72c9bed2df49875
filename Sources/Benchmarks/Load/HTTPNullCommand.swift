public import ArgumentParser
internal import Foundation
internal import ServingTypes

/// `baton-bench http-null`: the null server as a program.
public struct HTTPNullCommand: ParsableCommand {
    /// See `ParsableCommand`.
    public static let configuration = CommandConfiguration(
        commandName: "http-null",
        abstract: "Serve answers without a model at exactly known times, on loopback.",
        discussion: """
            Speaks OpenAI's completions and chat completions. GET /stamps gives, and forgets, a line for each answer: \
            the request's X-Request-Id, when it was read, and when each token was sent, in nanoseconds of the \
            monotonic clock.
            """
    )

    @Option(help: "Port; 0 lets the system choose.")
    var port = 0

    @Option(help: "Milliseconds from a request to its first token.")
    var ttftMs = 0.0

    @Option(help: "Milliseconds between tokens; 0 sends all at once.")
    var itlMs = 0.0

    @Option(help: "Tokens of an answer whose request does not say.")
    var tokens = 16

    @Option(help: "How to answer: answer, or a way to fail.")
    var behaviour = "answer"

    @Option(help: "Event loops.")
    var threads = 1

    @Flag(help: "Keep no times.")
    var noStamps = false

    /// For the argument parser.
    public init() {}

    /// See `ParsableCommand`.
    public func validate() throws { _ = try settings() }

    /// See `ParsableCommand`.
    public func run() throws {
        let server = try NullServer.start(try settings())
        // Whoever starts this as a process waits for the line.
        FileHandle.standardOutput.write(Data("listening on http://127.0.0.1:\(server.port)\n".utf8))
        try server.wait()
    }

    private func settings() throws -> NullServerSettings {
        guard (0...65_535).contains(port) else { throw ValidationError("--port is \(port); use 0 to 65535") }
        for (name, value) in [("--ttft-ms", ttftMs), ("--itl-ms", itlMs)]
        where !(0...3_600_000).contains(value) {
            throw ValidationError("\(name) is \(value); use 0 to 3600000")
        }
        guard (1...1_000_000).contains(tokens) else {
            throw ValidationError("--tokens is \(tokens); use at least 1")
        }
        guard (1...64).contains(threads) else {
            throw ValidationError("--threads is \(threads); use 1 to 64")
        }
        guard let behaviour = NullBehaviour(rawValue: behaviour) else {
            let known = NullBehaviour.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("--behaviour is \(behaviour); use one of \(known)")
        }
        var settings = NullServerSettings()
        settings.firstTokenDelay = .fromSeconds(ttftMs / 1_000)
        settings.tokenDelay = .fromSeconds(itlMs / 1_000)
        settings.tokens = tokens
        settings.behaviour = behaviour
        settings.threads = threads
        settings.port = port
        settings.keepsStamps = !noStamps
        return settings
    }
}
