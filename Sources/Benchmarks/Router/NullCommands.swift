public import ArgumentParser
internal import Foundation

/// `baton-bench null-worker`: the null workers that `baton-bench router` starts.
public struct NullWorkerCommand: ParsableCommand {
    /// See `ParsableCommand`.
    public static let configuration = CommandConfiguration(commandName: "null-worker", shouldDisplay: false)

    @Argument(help: "Settings as JSON.")
    var settings: String

    /// For the argument parser.
    public init() {}

    /// See `ParsableCommand`.
    public func run() throws {
        try NullProcess.run(JSONDecoder().decode(NullProcess.Settings.self, from: Data(settings.utf8)))
    }
}

/// `baton-bench null-server`: HTTP workers without a model, for routers whose workers speak HTTP.
public struct NullServerCommand: ParsableCommand {
    /// See `ParsableCommand`.
    public static let configuration = CommandConfiguration(
        commandName: "null-server",
        abstract: "Answer OpenAI's and SGLang's requests for tokens at once, without a model.",
        discussion: """
            Listens on free ports of 127.0.0.1, prints each as a line "port N", and serves until its input \
            ends. The answers have as many tokens as the request's limit; every GET is answered 200.
            """
    )

    @Option(help: "Servers.")
    var count = 1

    @Option(help: "Microseconds between two events of a stream; 0 sends all at once.")
    var tokenIntervalUs = 0

    @Option(help: "Name of the model that is said to be served.")
    var model = "null"

    /// For the argument parser.
    public init() {}

    /// See `ParsableCommand`.
    public func validate() throws {
        guard (1...64).contains(count) else { throw ValidationError("--count is \(count); use 1 to 64") }
        guard (0...1_000_000).contains(tokenIntervalUs) else {
            throw ValidationError("--token-interval-us is \(tokenIntervalUs); use 0 to 1000000")
        }
    }

    /// See `ParsableCommand`.
    public func run() throws {
        for _ in 0..<count {
            let server = try InstantServer(model: model, tokenInterval: Double(tokenIntervalUs) / 1e6)
            server.start()
            print("port \(server.port)")
        }
        fflush(nil)
        _ = try FileHandle.standardInput.readToEnd()
    }
}
