internal import ArgumentParser
internal import Workload

/// `baton-load compare`: what changed from one result to another.
struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Compare two results, with 95 % intervals of the differences."
    )

    @Argument(help: "Result of the base run.")
    var base: String

    @Argument(help: "Result of the run that is compared with it.")
    var candidate: String

    @Option(help: "Seed of the intervals.")
    var seed: UInt64 = 0

    @Option(help: ArgumentHelp("Write a report of both as one HTML file.", valueName: "file"))
    var html: String?

    func run() throws {
        try CommandFailure.reporting {
            let reports = [try ReportFiles.read(base), try ReportFiles.read(candidate)]
            print(ReportComparison(base: reports[0], candidate: reports[1], seed: seed).tableText)
            if let html {
                try ReportFiles.write(HTMLReport.render(reports), to: html)
                CommandFailure.say("report in \(html)")
            }
        }
    }
}
