internal import ArgumentParser
internal import Foundation
internal import Workload

/// `baton-load run`: one run.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Carry out one run and print its figures (default).",
        discussion: LoadCommand.configuration.discussion
    )

    @OptionGroup var options: RunOptions

    func run() throws { try CommandFailure.reporting { try measure() } }

    private func measure() throws {
        let label = options.report.label ?? Self.label()
        let path = ReportFiles.resultPath(options.report, label: label)
        for path in [path, options.report.html].compactMap(\.self) { try ReportFiles.checkWritable(path) }
        // Before the server is asked: a fault that cannot be made is found at once.
        _ = try FaultSchedule(try options.faults.faults())
        let session = try RunSession(options)
        let runner = session.runner
        let interrupt = Interrupt { runner.stop() }
        try session.prepare()
        let result = try session.run(label: label)
        interrupt.end()
        try session.close()
        try show(result, path: path)
        if result.isInterrupted { throw ExitCode(Interrupt.exitStatus) }
        if result.report.completed == 0 { throw ExitCode(CommandFailure.nothingAnswered) }
    }

    private func show(_ result: RunResult, path: String?) throws {
        let usual: [LatencyMetric] = options.server.noStream ? [.e2el] : LatencyMetric.usual
        let metrics = try options.report.metrics ?? usual
        print(
            options.report.json
                ? try ReportFiles.json(result.report) : result.report.summaryText(metrics: metrics)
        )
        for note in result.notes { CommandFailure.say("note: \(note)") }
        if let path {
            try ReportFiles.write(try ReportFiles.json(result.report), to: path)
            CommandFailure.say("result in \(path)")
        }
        if let html = options.report.html {
            try ReportFiles.write(HTMLReport.render([result.report]), to: html)
            CommandFailure.say("report in \(html)")
        }
    }

    /// A name from the time, for a run that has none.
    static func label() -> String {
        let date = Date().ISO8601Format().filter { $0.isNumber || $0 == "T" }
        return "baton-load-\(date)"
    }
}
