internal import ArgumentParser
internal import Workload

/// `baton-load sweep`: runs at several rates, or a search for the highest rate that still meets the service levels.
struct SweepCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sweep",
        abstract: "Carry out runs at several rates, or search for the goodput knee.",
        discussion: """
            baton-load sweep --rates 1,2,4,8 --duration 30
            baton-load sweep --search --goodput ttft:500 tpot:50

            The goodput knee is the highest rate at which enough requests meet every limit of --goodput. \
            Without --duration and --num-prompts each run sends for 30 seconds.
            """
    )

    private static let usualDuration = 30.0

    @Option(help: "Requests per second of the runs, with commas.")
    var rates: String?

    @Flag(help: "Search for the goodput knee.")
    var search = false

    @Option(help: "First rate of the search.")
    var startRate = 1.0

    @Option(help: "No rate above this is tried.")
    var highestRate = 10_000.0

    @Option(help: "Share of requests that must meet the limits of --goodput.")
    var goodFraction = 0.9

    @Option(help: "Precision of the search, as a share of the rate.")
    var tolerance = 0.05

    @Option(help: "Runs of the search at most.")
    var steps = 20

    @OptionGroup var options: RunOptions

    func validate() throws {
        guard (rates != nil) != search else { throw ValidationError("give either --rates or --search") }
        if search, options.report.goodput.isEmpty {
            throw ValidationError("--search needs limits: --goodput ttft:500")
        }
        guard options.traffic.requestRate == nil, options.traffic.rampUpStrategy == nil else {
            throw ValidationError(
                "a sweep sets the rate itself: leave out --request-rate and --ramp-up-strategy"
            )
        }
        guard options.faults.kill.isEmpty, options.faults.cap.isEmpty else {
            throw ValidationError("--kill and --cap belong to a single run")
        }
        _ = try listed
    }

    /// The rates of `--rates`.
    private var listed: [Double] {
        get throws {
            try (rates ?? "").split(separator: ",").map { text in
                guard let rate = Double(text), rate > 0, rate.isFinite else {
                    throw ValidationError("--rates has \(text); use numbers above 0")
                }
                return rate
            }
        }
    }

    func run() throws { try CommandFailure.reporting { try measure() } }

    private func measure() throws {
        var options = options
        if options.traffic.duration == nil, options.traffic.numPrompts == nil {
            options.traffic.duration = Self.usualDuration
        }
        if let html = options.report.html { try ReportFiles.checkWritable(html) }
        let session = try RunSession(options)
        let runner = session.runner
        let interrupt = Interrupt { runner.stop() }
        try session.prepare()
        let reports = try search ? searched(session) : measured(session)
        interrupt.end()
        try session.close()
        if let html = options.report.html, !reports.isEmpty {
            try ReportFiles.write(HTMLReport.render(reports, requiredShare: goodFraction), to: html)
            CommandFailure.say("report in \(html)")
        }
        if session.isStopped { throw ExitCode(Interrupt.exitStatus) }
        if reports.allSatisfy({ $0.completed == 0 }) { throw ExitCode(CommandFailure.nothingAnswered) }
    }

    private func measured(_ session: RunSession) throws -> [RunReport] {
        var reports: [RunReport] = []
        for rate in try listed where !session.isStopped {
            reports.append(try step(session, rate, isFirst: reports.isEmpty))
        }
        return reports
    }

    private func searched(_ session: RunSession) throws -> [RunReport] {
        var settings = KneeSearch.Settings(start: startRate, highest: highestRate)
        settings.goodFraction = goodFraction
        settings.tolerance = tolerance
        settings.stepLimit = steps
        var search = try KneeSearch(settings)
        var reports: [RunReport] = []
        while let rate = search.next, !session.isStopped {
            let report = try step(session, rate, isFirst: reports.isEmpty)
            reports.append(report)
            if !session.isStopped { search.record(goodFraction: report.goodFraction ?? 0) }
        }
        let level = SweepRow.number(goodFraction * 100)
        if let knee = search.knee {
            CommandFailure.say(
                "goodput knee: \(SweepRow.number(knee)) req/s with at least \(level) % of requests good"
            )
        } else {
            CommandFailure.say("no rate that was tried had \(level) % of requests good")
        }
        return reports
    }

    /// One run, its row on standard output, and its file if wanted.
    private func step(_ session: RunSession, _ rate: Double, isFirst: Bool) throws -> RunReport {
        let label = "\(options.report.label ?? "sweep")-\(SweepRow.number(rate))"
        let result = try session.run(rate: rate, label: label)
        if options.report.json {
            print(try ReportFiles.json(result.report))
        } else {
            if isFirst { print(SweepRow.heading) }
            print(SweepRow.text(result.report))
        }
        for note in result.notes { CommandFailure.say("note: at \(SweepRow.number(rate)) req/s: \(note)") }
        var files = options.report
        files.resultFilename = nil
        if let path = ReportFiles.resultPath(files, label: label) {
            try ReportFiles.write(try ReportFiles.json(result.report), to: path)
        }
        return result.report
    }
}
