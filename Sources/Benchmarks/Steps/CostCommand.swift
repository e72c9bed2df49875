public import ArgumentParser

/// `baton-bench cost`: how well a worker predicts the time of its steps.
public struct CostCommand: ParsableCommand {
    /// See `ParsableCommand`.
    public static let configuration = CommandConfiguration(
        commandName: "cost",
        abstract: "Measure the worker's own predictions of step times over random mixed batches.",
        discussion: """
            Starts one worker and gives it prompts and answers of random lengths. Reads from its metrics how many \
            steps after the warm-up took what its cost model had predicted, within 20 %.
            """
    )

    @Option(help: "Requests before the count begins.")
    var warmUp = 60

    @Option(help: "Requests that count.")
    var requests = 200

    @Option(help: "Requests in flight.")
    var inFlight = 8

    @Option(help: "Longest prompt; less where the model's context is shorter.")
    var longest = 4_096

    @Option(help: "Most tokens of a step.")
    var stepTokens = 512

    @OptionGroup var options: StepsOptions

    /// For the argument parser.
    public init() {}

    /// See `ParsableCommand`.
    public func validate() throws {
        guard warmUp >= 0, requests >= 1, inFlight >= 1, longest >= 8, stepTokens >= 1 else {
            throw ValidationError("--requests, --in-flight and --step-tokens must be at least 1, --longest 8")
        }
    }

    /// See `ParsableCommand`.
    public func run() throws {
        let benchmark = CostBenchmark(
            engine: options.planned,
            warmUp: warmUp,
            requests: requests,
            inFlight: inFlight,
            longest: longest,
            stepTokens: stepTokens,
            programs: options.programs,
            seed: options.seed
        )
        let report = try benchmark.run()
        print(options.json ? try ReportText.json(report) : report.text)
    }
}
