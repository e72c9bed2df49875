public import ArgumentParser

/// `baton-bench router`: what a router adds to an answer, and what it costs.
public struct RouterCommand: ParsableCommand {
    /// See `ParsableCommand`.
    public static let configuration = CommandConfiguration(
        commandName: "router",
        abstract: "Measure what the router costs and adds, with null workers behind it.",
        discussion: """
            Starts baton-router and, in a process of their own, workers that answer at once over the real \
            protocol. Clients in this process send the next request when the last is answered. What a router \
            adds is the difference to the same clients at a server that answers them directly.

            A script that alternates with another router runs the Baton side alone, as short as it likes:
              baton-bench router --json --pairs 1 --seconds 2 --concurrency 32 --kinds tokens
            and the other router, which it has started before null servers, with the same clients:
              baton-bench null-server --count 2
              baton-bench router --json --pairs 1 --seconds 2 --concurrency 32 --kinds tokens \\
                --target PORT --target-pid PID --direct PORT --dialect sglang
            """
    )

    @Flag(help: "Print a JSON object instead of a table.")
    var json = false

    @Option(help: "Seconds of each measurement.")
    var seconds = 2.0

    @Option(parsing: .upToNextOption, help: "Clients at once; the router is saturated with twice the last.")
    var concurrency: [Int] = [1, 32, 128]

    @Option(parsing: .upToNextOption, help: "Kinds of request: tokens, completion, chat_stream.")
    var kinds: [RequestKind] = RequestKind.allCases

    @Option(help: "Rounds; figures are medians over them.")
    var pairs = 3

    @Option(help: "GGUF file whose vocabulary the router serves.")
    var model = "models/baton-tiny-q8_0.gguf"

    @Option(help: "Prefill workers, and as many decode workers.")
    var workers = 1

    @Option(help: "Microseconds between two tokens of an answer; 0 sends all at once.")
    var tokenIntervalUs = 0

    @Option(help: "Folder of the router program; by default the one of this program.")
    var programs: String?

    @Option(help: "Measure the router on this port of 127.0.0.1 instead of one of Baton's.")
    var target: UInt16?

    @Option(parsing: .upToNextOption, help: "Its processes, whose processor time is counted.")
    var targetPid: [Int32] = []

    @Option(help: "Port of a server that answers without that router.")
    var direct: UInt16?

    @Option(help: "API of that router for token ids: openai or sglang.")
    var dialect = RequestDialect.openai

    /// For the argument parser.
    public init() {}

    /// See `ParsableCommand`.
    public func validate() throws { _ = try options() }

    /// See `ParsableCommand`.
    public func run() throws {
        let report = try RouterBenchmark(options: try options()).run()
        print(json ? try ReportText.json(report) : report.text)
    }

    /// The options, checked.
    func options() throws -> RouterOptions {
        guard (0.1...600).contains(seconds) else {
            throw ValidationError("--seconds is \(seconds); use 0.1 to 600")
        }
        guard !concurrency.isEmpty, concurrency.allSatisfy({ (1...512).contains($0) }) else {
            throw ValidationError("--concurrency is \(concurrency); use numbers from 1 to 512")
        }
        guard !kinds.isEmpty else { throw ValidationError("--kinds needs a value") }
        guard (1...100).contains(pairs) else { throw ValidationError("--pairs is \(pairs); use 1 to 100") }
        guard (1...64).contains(workers) else {
            throw ValidationError("--workers is \(workers); use 1 to 64")
        }
        guard (0...1_000_000).contains(tokenIntervalUs) else {
            throw ValidationError("--token-interval-us is \(tokenIntervalUs); use 0 to 1000000")
        }
        return RouterOptions(
            model: model,
            kinds: kinds,
            concurrency: concurrency,
            seconds: seconds,
            pairs: pairs,
            workerPairs: workers,
            tokenIntervalMicroseconds: tokenIntervalUs,
            programs: programs,
            target: try otherRouter()
        )
    }

    private func otherRouter() throws -> RouterOptions.Target? {
        guard let target else {
            guard targetPid.isEmpty, direct == nil else {
                throw ValidationError("--target-pid and --direct need --target")
            }
            return nil
        }
        guard let direct, !targetPid.isEmpty else {
            throw ValidationError("--target needs --target-pid and --direct")
        }
        return RouterOptions.Target(
            port: target,
            processes: targetPid,
            directPort: direct,
            dialect: dialect
        )
    }
}
