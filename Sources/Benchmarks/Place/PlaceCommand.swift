public import ArgumentParser
internal import Foundation
internal import ServingTypes

/// `baton-bench place`: what a placement costs and how good it is.
public struct PlaceCommand: ParsableCommand {
    /// See `ParsableCommand`.
    public static let configuration = CommandConfiguration(
        commandName: "place",
        abstract: "Measure placement: its time, its regret and the prefix index.",
        discussion: """
            Clusters are made up: loads, network cards, sites, measured and unknown paths, prompts and who holds \
            their prefixes, all from the seed. Nothing is started. Regret is what a chosen plan is predicted to take \
            beyond the best of all plans, as a share.
            """
    )

    @Flag(help: "Print one JSON object instead of text.")
    var json = false

    @Flag(help: "Also measure against the number of workers and of prompt blocks.")
    var sweep = false

    @Option(help: "File for a plot of the sweep, as SVG; implies --sweep.")
    var plot: String?

    @Option(help: "Placements timed per cluster size, 100 to 1000000.")
    var placements = 4_000

    @Option(help: "Clusters in which regret is measured, with ten requests each, 1 to 10000.")
    var clusters = 140

    @Option(help: "Blocks in the prefix index, 1000 to 100000000.")
    var blocks = 10_000_000

    @Option(help: "Seed of everything.")
    var seed: UInt64 = 1

    /// For the argument parser.
    public init() {}

    /// See `ParsableCommand`.
    public func validate() throws {
        try check("placements", placements, 100...1_000_000)
        try check("clusters", clusters, 1...10_000)
        try check("blocks", blocks, 1_000...100_000_000)
    }

    /// See `ParsableCommand`.
    public func run() throws {
        let benchmark = PlaceBenchmark(
            placements: placements,
            clusters: clusters,
            blocks: blocks,
            seed: seed,
            sweeps: sweep || plot != nil
        )
        let report = try benchmark.run()
        if let plot { try Data(PlacePlot(report).svg.utf8).write(to: URL(fileURLWithPath: plot)) }
        print(json ? try ReportText.json(report) : report.text)
    }

    private func check(_ name: String, _ value: Int, _ range: ClosedRange<Int>) throws {
        guard range.contains(value) else {
            throw ValidationError("--\(name) is \(value); use \(range.lowerBound) to \(range.upperBound)")
        }
    }
}
