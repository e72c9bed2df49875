internal import Workload

/// Runs of one load beside the first of them, figure by figure, with intervals.
enum ComparisonSection {
    /// Comparisons shown; each draws the requests of two runs many times.
    private static let limit = 6

    static func html(_ runs: [RunView]) -> Markup {
        let pairs = pairs(of: runs)
        let bodies = pairs.prefix(limit).map { pair($0.base, $0.candidate) }
        guard !bodies.isEmpty else { return "" }
        let omitted: Markup =
            pairs.count > limit
            ? "<p class=\"note\">\(limit) of \(pairs.count) comparisons are shown.</p>\n" : ""
        return """
            <p>Difference is candidate − base; its interval holds the true difference in 95 of 100 cases. \
            A figure is better or worse only if the interval lies on one side of zero and the difference is \
            at least \(NumberText.plainPercent(ReportComparison.minimumEffect)) of the base.</p>
            \(bodies)\(omitted)
            """
    }

    private static func pair(_ base: RunView, _ candidate: RunView) -> Markup {
        let comparison = ReportComparison(base: base.report, candidate: candidate.report)
        let counts = [ReportComparison.Verdict.better, .worse].map { verdict in
            comparison.lines.filter { $0.verdict == verdict }.count
        }
        let title = "\(candidate.name) against \(base.name)"
        let chart = DifferenceChart(
            id: "\(candidate.id)-difference",
            title: "Differences",
            comparison,
            tail: base.report.settings.percentiles.filter { $0 != 50 }.max()
        )
        return """
            <h3>\(title)</h3>
            \(differences(comparison))<p>\(counts[0]) of \(comparison.lines.count) figures are better, \
            \(counts[1]) worse.</p>
            <div class="figures">
            \(chart.html())</div>
            <details><summary>All figures of \(title)</summary>
            \(table(comparison))</details>

            """
    }

    /// Each run with the first run of the same load, unless it is that; of two runs, the second with the first.
    private static func pairs(of runs: [RunView]) -> [(base: RunView, candidate: RunView)] {
        if runs.count == 2 { return [(runs[0], runs[1])] }
        return runs.compactMap { candidate in
            let first = runs.first { load(of: $0) == load(of: candidate) }
            return first.flatMap { $0.index == candidate.index ? nil : ($0, candidate) }
        }
    }

    private static func load(of run: RunView) -> [String] {
        let settings = run.report.settings
        return [settings.arrivals, "\(settings.requestRate ?? 0)", "\(settings.maxConcurrency ?? 0)"]
    }

    private static func table(_ comparison: ReportComparison) -> Markup {
        var table = Table(
            caption: "Figures by their names in JSON: rates per second, latencies in ms, fractions of 1",
            columns: [
                "Figure", "Base", "Candidate", "Difference", "Relative", "95 % interval", "Verdict",
            ]
        )
        for line in comparison.lines {
            let relative = line.relativeDifference.map { NumberText.signed($0 * 100, 1) + " %" }
            let interval = line.interval.map {
                "\(NumberText.signed($0.lowerBound)) … \(NumberText.signed($0.upperBound))"
            }
            let cells = [
                line.key, NumberText.short(line.base), NumberText.short(line.candidate),
                NumberText.signed(line.difference),
                relative ?? NumberText.missing, interval ?? NumberText.missing,
            ]
            let kind = line.verdict == .noDifference ? "" : line.verdict.rawValue
            table.add(cells.map { .init($0) } + [.init(line.verdict.rawValue, kind)])
        }
        return table.html()
    }

    private static func differences(_ comparison: ReportComparison) -> Markup {
        guard !comparison.settings.isEmpty else { return "" }
        let settings = comparison.settings.map { "\($0.name): \($0.base) → \($0.candidate)" }
        return "<p>Their settings differ: \(settings.joined(separator: " · ")).</p>\n"
    }
}
