internal import Workload

/// A report of one or more runs as one HTML file that needs nothing else: no host, font, image or script from
/// elsewhere.
///
/// All figures stand in tables and in SVG, legends and axes are switched by the style sheet; scripts only add
/// the value under the pointer. The same reports always give the same bytes.
enum HTMLReport {
    /// Runs drawn as curves; tables show all of them.
    private static let curveLimit = PageStyle.styleCount
    /// Runs with charts of their own.
    private static let detailLimit = 8
    /// Dots of all scatter plots together.
    private static let dotLimit = 3_000
    /// Points along the time of all time series together.
    private static let timeLimit = 800

    /// The page of one or more reports.
    ///
    /// Several are compared where their load is the same, and drawn against it where it differs.
    /// - Parameters:
    ///   - reports: one at least.
    ///   - requiredShare: share of all requests that must be good for a run to meet its service levels; a
    ///     knee search wants 0.9 unless told otherwise.
    static func render(_ reports: [RunReport], requiredShare: Double = 0.9) -> String {
        precondition(!reports.isEmpty, "no report to show")
        let runs = RunView.views(of: reports, requiredShare: requiredShare)
        let sections = sections(of: runs).filter { !$0.body.isEmpty }
        let page: Markup = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta http-equiv="Content-Security-Policy" \
            content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
            <title>\(PageHeader.title(runs))</title>
            <style>
            \(Markup(stringLiteral: PageStyle.text))</style>
            </head>
            <body>
            <a class="skip" href="#\(sections.first?.id ?? "")">To the figures</a>
            \(PageHeader.html(runs, links: sections.map { ($0.id, $0.title) }))<main>
            \(sections.map(section))</main>
            <footer>Times are milliseconds unless they say otherwise. With scripts on, point at a curve, or \
            move to a chart with the tab key and read it with the arrow keys.</footer>
            <script>
            \(Markup(stringLiteral: PageScript.text))</script>
            </body>
            </html>

            """
        return page.text
    }

    private struct Section {
        let id: String
        let title: String
        let body: Markup
    }

    private static func section(_ section: Section) -> Markup {
        "<section id=\"\(section.id)\">\n<h2>\(section.title)</h2>\n\(section.body)</section>\n"
    }

    private static func sections(of runs: [RunView]) -> [Section] {
        let drawn = Thinning.evenly(runs, limit: curveLimit)
        let detailed = Thinning.evenly(runs, limit: detailLimit)
        return [
            Section(id: "settings", title: "Settings", body: SettingsSection.html(runs)),
            Section(id: "summary", title: "Summary", body: SummarySection.html(runs)),
            Section(id: "comparison", title: "Comparison", body: ComparisonSection.html(runs)),
            Section(id: "load", title: "Against the load", body: SweepSection(runs)?.html() ?? ""),
            Section(
                id: "percentiles",
                title: "Latency by percentile",
                body: omission(of: drawn, from: runs) + PercentileSection(runs: drawn).html()
            ),
            Section(id: "failures", title: "Failures", body: FailureSection(runs: runs).html()),
            Section(
                id: "runs",
                title: runs.count == 1 ? "The run in time" : "Each run in time",
                body: omission(of: detailed, from: runs) + details(of: detailed)
            ),
        ]
    }

    private static func omission(of shown: [RunView], from all: [RunView]) -> Markup {
        guard shown.count < all.count else { return "" }
        return """
            <p class="note">\(shown.count) of \(all.count) runs are drawn, evenly taken, \
            the first and the last among them; the tables hold all.</p>

            """
    }

    private static func details(of runs: [RunView]) -> Markup {
        guard runs.count > 1 else { return Markup(runs.map { charts(of: $0, among: 1) }) }
        return Markup(
            runs.map { run -> Markup in
                let open: Markup = run.index == runs[0].index ? " open" : ""
                let body = charts(of: run, among: runs.count) + SummarySection.latencies(run)
                return "<details\(open)><summary>\(run.name)</summary>\n\(body)</details>\n"
            }
        )
    }

    /// The charts of one of `count` runs that share the page's limits.
    private static func charts(of run: RunView, among count: Int) -> Markup {
        let prompt = PromptSection(run: run, dotLimit: dotLimit / count).figure()
        let time = TimeSection(run: run, pointLimit: timeLimit / max(count, 2)).figures()
        let figures = ([prompt].compactMap { $0 } + time).map { $0.html() }
        let timeline = StageSection(run: run).html() ?? ""
        let missing: Markup = """
            <p class="note">The report holds no single requests: no dots, no stages.</p>

            """
        return """
            \(faults(of: run))<div class="figures">
            \(figures)\(timeline)</div>
            \(run.report.requests == nil ? missing : "")
            """
    }

    /// What the letters at the vertical lines mean.
    private static func faults(of run: RunView) -> Markup {
        let marks = FaultMark.marks(of: run.report.settings)
        guard !marks.isEmpty else { return "" }
        let items = marks.map { "\($0.letter): \($0.text), at \(NumberText.plain($0.seconds)) s" }
        return "<p>Faults made: \(items.joined(separator: " · ")).</p>\n"
    }
}
