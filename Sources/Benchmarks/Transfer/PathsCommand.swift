public import ArgumentParser

/// `baton-bench paths`: what workers believe of their paths.
public struct PathsCommand: ParsableCommand {
    /// See `ParsableCommand`.
    public static let configuration = CommandConfiguration(
        commandName: "paths",
        abstract: "Compare the workers' estimates of their paths with the link's rate (root).",
        discussion: """
            Cases: transfers that fill the link; the same after transfers that never do, for want of tokens or \
            because prefill is slow; and two pairs of workers on one link.
            """
    )

    @Flag(help: "Print a JSON object instead of a table.")
    var json = false

    @Option(help: "Rate of the link, such as 100mbit.")
    var rate = "100mbit"

    @Option(help: "Transfers of each kind.")
    var transfers = 20

    @Option(help: "Folder of the worker programs; by default the one of this program.")
    var programs: String?

    /// For the argument parser.
    public init() {}

    /// See `ParsableCommand`.
    public func validate() throws {
        guard Quantity.megabits(rate) != nil else {
            throw ValidationError("--rate is \(rate); use a number with kbit, mbit or gbit, at least 1mbit")
        }
        guard transfers >= 1 else { throw ValidationError("--transfers is \(transfers); use at least 1") }
    }

    /// See `ParsableCommand`.
    public func run() throws {
        guard let megabits = Quantity.megabits(rate) else { throw ValidationError("--rate is \(rate)") }
        try PrivateNetwork.enter()
        let benchmark = PathsBenchmark(megabits: megabits, transfers: transfers, programs: programs)
        let report = try benchmark.run(on: BridgedNetwork())
        print(json ? try ReportText.json(report) : report.text)
    }
}
