public import ArgumentParser

/// `baton-bench load`: what baton-load's client can send, and how true its times are.
public struct LoadBenchCommand: ParsableCommand {
    /// See `ParsableCommand`.
    public static let configuration = CommandConfiguration(
        commandName: "load",
        abstract: "Measure baton-load's client against a null server in another process.",
        discussion: """
            Requests per second with every connection busy, for whole answers and for streams; and below that, how far \
            the times that the client takes are from those at which the server sent.
            """
    )

    @Flag(help: "Print one JSON object instead of text.")
    var json = false

    @Option(help: "Requests of each measurement of the rate.")
    var requests = 40_000

    @Option(help: "Requests in flight while the rate is measured.")
    var concurrency = 64

    @Option(help: "Tokens of each prompt.")
    var inputTokens = 32

    @Option(help: "Tokens of each answer.")
    var outputTokens = 8

    @Option(help: "Requests per second while times are compared.")
    var timingRate = 200.0

    @Option(help: "Seconds for which times are compared.")
    var timingSeconds = 15.0

    @Option(help: "Seed of arrivals and prompts.")
    var seed: UInt64 = 0

    /// For the argument parser.
    public init() {}

    /// See `ParsableCommand`.
    public func validate() throws {
        for (name, value) in [
            ("--requests", requests), ("--concurrency", concurrency), ("--input-tokens", inputTokens),
            ("--output-tokens", outputTokens),
        ] where !(1...10_000_000).contains(value) {
            throw ValidationError("\(name) is \(value); use at least 1")
        }
        guard timingRate > 0, timingSeconds > 0, timingRate * timingSeconds >= 100, timingRate.isFinite else {
            throw ValidationError("--timing-rate times --timing-seconds must give at least 100 requests")
        }
    }

    /// See `ParsableCommand`.
    public func run() throws {
        let report = try LoadBenchmark(
            requests: requests,
            concurrency: concurrency,
            inputTokens: inputTokens,
            outputTokens: outputTokens,
            timingRate: timingRate,
            timingSeconds: timingSeconds,
            seed: seed
        ).run()
        print(json ? try ReportText.json(report) : report.text)
    }
}
