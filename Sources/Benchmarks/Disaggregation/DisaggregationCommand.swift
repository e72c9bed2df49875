public import ArgumentParser
internal import Foundation

/// `baton-bench pd`: what prefill and decode on separate workers costs, with nothing gained from it.
public struct DisaggregationCommand: ParsableCommand {
    /// See `ParsableCommand`.
    public static let configuration = CommandConfiguration(
        commandName: "pd",
        abstract:
            "Compare a prefill and a decode worker with one worker for both phases, request by request.",
        discussion: """
            Starts two clusters of real daemons on this machine, a router and one worker, and a router, a prefill and \
            a decode worker that must hand off over TLS, and gives both the same new prompts in alternating turns. \
            One request at a time gains nothing from two workers: the difference is the price.
            """
    )

    @Flag(help: "Print a JSON object instead of a table.")
    var json = false

    @Option(parsing: .upToNextOption, help: "Engines to measure: cpu, paced.")
    var engines = ["cpu", "paced"]

    @Option(parsing: .upToNextOption, help: "Prompt lengths in tokens, 1 to 4000.")
    var promptTokens: [Int] = [64, 512, 2_000]

    @Option(help: "Pairs of turns per prompt length, at least 6.")
    var pairs = 12

    @Option(help: "Requests of one turn.")
    var requests = 3

    @Option(help: "Tokens of every answer, 2 to 64.")
    var outputTokens = 16

    @Option(help: "Threads of each CPU engine; one less than there are processors if not given.")
    var threads: Int?

    @Option(help: "GGUF file of the model.")
    var model = "models/baton-tiny-q8_0.gguf"

    @Option(help: "Seed of the prompts; random if not given.")
    var seed: UInt64?

    @Option(help: "Folder of the daemons; by default the one of this program.")
    var programs: String?

    /// For the argument parser.
    public init() {}

    /// See `ParsableCommand`.
    public func validate() throws { _ = try options() }

    /// See `ParsableCommand`.
    public func run() throws {
        var benchmark = DisaggregationBenchmark(options: try options()) { line in
            FileHandle.standardError.write(Data((line + "\n").utf8))
        }
        let report = try benchmark.run()
        print(json ? try ReportText.json(report) : report.text)
    }

    func options() throws -> DisaggregationOptions {
        let known = ServingPlan.Engine.allCases.map(\.rawValue).joined(separator: ", ")
        let chosen = try engines.map { name in
            guard let engine = ServingPlan.Engine(rawValue: name) else {
                throw ValidationError("--engines has \(name); use \(known)")
            }
            return engine
        }
        for count in promptTokens where !(1...4_000).contains(count) {
            throw ValidationError("--prompt-tokens has \(count); use 1 to 4000")
        }
        guard !chosen.isEmpty, !promptTokens.isEmpty else {
            throw ValidationError("--engines and --prompt-tokens need a value")
        }
        guard pairs >= 6 else { throw ValidationError("--pairs is \(pairs); use at least 6") }
        guard requests >= 1 else { throw ValidationError("--requests is \(requests); use at least 1") }
        guard (2...64).contains(outputTokens) else {
            throw ValidationError("--output-tokens is \(outputTokens); use 2 to 64")
        }
        // Five daemons and the client share the machine; what they do would otherwise stop the computation.
        let count = threads ?? max(1, ProcessInfo.processInfo.activeProcessorCount - 1)
        guard (1...1_024).contains(count) else {
            throw ValidationError("--threads is \(count); use 1 to 1024")
        }
        return DisaggregationOptions(
            engines: chosen,
            promptTokens: promptTokens,
            pairs: pairs,
            requests: requests,
            outputTokens: outputTokens,
            threads: count,
            model: URL(fileURLWithPath: model).path,
            seed: seed ?? .random(in: .min ... .max),
            programs: programs
        )
    }
}
