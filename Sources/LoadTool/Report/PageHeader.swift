internal import ServingTypes
internal import Workload

/// What was tested, and whether it met its service levels.
enum PageHeader {
    static func html(_ runs: [RunView], links: [(id: String, title: String)]) -> Markup {
        """
        <header>
        <h1>\(title(runs))</h1>
        <p class="lead">\(lead(runs))</p>
        <ul class="verdicts">
        \(runs.map { verdict($0, isOnly: runs.count == 1) })</ul>
        <nav aria-label="Sections">\(links.map { "<a href=\"#\($0.id)\">\($0.title)</a>" as Markup })</nav>
        </header>

        """
    }

    static func title(_ runs: [RunView]) -> String {
        let models = unique(runs.map(\.report.settings.model)).joined(separator: ", ")
        return runs.count == 1 ? "Load test of \(models)" : "\(runs.count) load tests of \(models)"
    }

    private static func lead(_ runs: [RunView]) -> Markup {
        let targets = unique(runs.map(\.report.settings.target)).joined(separator: ", ")
        let starts = runs.compactMap(\.report.startedAt)
        let started = starts.min().map { ", started \($0)" } ?? ""
        let levels = unique(runs.map { RunView.text(of: $0.report.settings.serviceLevels) })
            .filter { !$0.isEmpty }
        let rule =
            runs.count > 1 && !levels.isEmpty
            ? " Good requests keep \(levels.joined(separator: "; or "))." : ""
        let tools = unique(runs.map(\.report.tool)).joined(separator: ", ")
        return "Against \(targets)\(started).\(rule) Made by \(tools)."
    }

    /// Values once each, in order of their first place.
    static func unique(_ values: [String]) -> [String] {
        var seen: Set<String> = []
        return values.filter { seen.insert($0).inserted }
    }

    private static func verdict(_ run: RunView, isOnly: Bool) -> Markup {
        let report = run.report
        let counts = """
            \(NumberText.whole(report.completed)) of \(NumberText.whole(report.completed + report.failed)) \
            requests completed
            """
        guard let isMet = run.meetsServiceLevels, let share = report.goodFraction else {
            return "<li class=\"verdict\"><b>\(run.name)</b><br>\(counts); no service levels were set.</li>\n"
        }
        let start = report.settings.isOpenLoop ? "the scheduled arrival" : "the send"
        let levels = RunView.text(of: report.settings.serviceLevels)
        let rule: Markup = """
             of requests kept \(levels), counted from \(start); \
            \(NumberText.plainPercent(run.requiredShare)) are needed.<br>\(counts).
            """
        let name: Markup = isOnly ? "" : " · \(run.name)"
        return """
            <li class="verdict \(isMet ? "met" : "missed")">\
            <b>\(isMet ? "✓ SLO met" : "✗ SLO missed")</b>\(name)\
            <br>\(NumberText.percent(share))\(isOnly ? rule : " of requests good")</li>

            """
    }
}
