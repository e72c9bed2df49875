public import ArgumentParser
internal import ServingTypes

/// `baton-bench metrics`: what a scrape of a router with many workers costs.
public struct MetricsCommand: ParsableCommand {
    /// See `ParsableCommand`.
    public static let configuration = CommandConfiguration(
        commandName: "metrics",
        abstract: "Measure scrapes of a router with many workers, and tokens that pass meanwhile.",
        discussion: """
            Starts a router and connects workers without engines to it, each with a certificate of its own. Answers \
            are streamed through the router, in turn without and with somebody who scrapes all the time; every token \
            is timed from its worker to its client.
            """
    )

    @Flag(help: "Print one JSON object instead of text.")
    var json = false

    @Option(help: "Registered workers, 2 to 2048.")
    var workers = 1_000

    @Option(help: "Paths to other workers that each reports, 1 to 16.")
    var paths = 2

    @Option(help: "Answers streamed at a time, 1 to 64.")
    var streams = 4

    @Option(help: "Tokens of each answer.")
    var tokens = 500

    @Option(help: "Milliseconds between two tokens of an answer.")
    var intervalMs = 5

    @Option(help: "Rounds, each without and with scrapes.")
    var rounds = 4

    @Option(help: "Milliseconds between the end of a scrape and the next.")
    var pauseMs = 20

    @Flag(help: "Show vLLM's names too.")
    var vllmNames = false

    @Option(help: "GGUF or vocabulary file of the router.")
    var model = "models/baton-tiny-q8_0.gguf"

    @Option(help: "Folder of the router program; by default the one of this program.")
    var programs: String?

    /// For the argument parser.
    public init() {}

    /// See `ParsableCommand`.
    public func validate() throws { _ = try options() }

    /// See `ParsableCommand`.
    public func run() throws {
        let report = try MetricsBenchmark(options: try options()).run()
        print(json ? try ReportText.json(report) : report.text)
    }

    /// The options, within their limits.
    func options() throws -> MetricsOptions {
        func check(_ name: String, _ value: Int, _ range: ClosedRange<Int>) throws {
            guard range.contains(value) else {
                throw ValidationError(
                    "--\(name) is \(value); use \(range.lowerBound) to \(range.upperBound)"
                )
            }
        }
        try check("workers", workers, 2...2_048)
        try check("paths", paths, 1...16)
        try check("streams", streams, 1...64)
        try check("tokens", tokens, 10...100_000)
        try check("interval-ms", intervalMs, 1...1_000)
        try check("rounds", rounds, 1...100)
        try check("pause-ms", pauseMs, 0...60_000)
        return MetricsOptions(
            workers: workers,
            paths: paths,
            streams: streams,
            tokens: tokens,
            interval: .milliseconds(intervalMs),
            rounds: rounds,
            pause: .milliseconds(pauseMs),
            vllmNames: vllmNames,
            model: model,
            programs: programs
        )
    }
}
