public import ArgumentParser

/// `baton-bench overlap`: how much of a transfer hides behind prefill.
public struct OverlapCommand: ParsableCommand {
    /// See `ParsableCommand`.
    public static let configuration = CommandConfiguration(
        commandName: "overlap",
        abstract: "Measure the hand-off gap against its model, over links of limited rate (root).",
        discussion: """
            A prefill of 400 ms streams its KV in 8 layer groups over links on which the transfer alone would take \
            a given multiple of that time.
            """
    )

    @Flag(help: "Print a JSON object instead of a table.")
    var json = false

    @Option(parsing: .upToNextOption, help: "Times of the transfer alone, as multiples of the prefill's.")
    var ratios: [Double] = [0.5, 1, 2]

    @Option(help: "Transfers per ratio.")
    var repetitions = 10

    @Option(help: "Folder of the worker programs; by default the one of this program.")
    var programs: String?

    /// For the argument parser.
    public init() {}

    /// See `ParsableCommand`.
    public func validate() throws {
        for ratio in ratios where !(0.1...10).contains(ratio) {
            throw ValidationError("--ratios has \(ratio); use 0.1 to 10")
        }
        guard !ratios.isEmpty else { throw ValidationError("--ratios needs a value") }
        guard repetitions >= 1 else {
            throw ValidationError("--repetitions is \(repetitions); use at least 1")
        }
    }

    /// See `ParsableCommand`.
    public func run() throws {
        try PrivateNetwork.enter()
        let benchmark = OverlapBenchmark(ratios: ratios, repetitions: repetitions, programs: programs)
        let report = try benchmark.run(on: BridgedNetwork())
        print(json ? try ReportText.json(report) : report.text)
    }
}
