internal import ArgumentParser
internal import Workload

/// `baton-load report`: one HTML file about results that were kept.
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Make one self-contained HTML file of results."
    )

    @Argument(help: "Results.")
    var files: [String]

    @Option(name: [.short, .long], help: ArgumentHelp("The HTML file.", valueName: "file"))
    var output: String

    @Flag(help: "Print the summary of each result too.")
    var summary = false

    func run() throws {
        try CommandFailure.reporting {
            let reports = try files.map { path throws in try ReportFiles.read(path) }
            if summary { for report in reports { print(report.summaryText()) } }
            try ReportFiles.write(HTMLReport.render(reports), to: output)
            CommandFailure.say("report in \(output)")
        }
    }
}
