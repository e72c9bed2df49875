internal import Workload

/// What was asked: what all runs share as a list, what tells them apart as a table.
enum SettingsSection {
    static func html(_ runs: [RunView]) -> Markup {
        let all = runs.map { facts(of: $0.report.settings) }
        let names = PageHeader.unique(all.flatMap { $0.map(\.name) })
        let values = names.map { name in all.map { facts in facts.first { $0.name == name }?.value } }
        var shared: [Markup] = []
        var different: [Int] = []
        for index in names.indices {
            if Set(values[index]).count == 1 {
                shared.append(fact(names[index], values[index].first.flatMap { $0 } ?? ""))
            } else {
                different.append(index)
            }
        }
        return "<dl class=\"facts\">\(shared)</dl>\n" + table(runs, different.map { (names[$0], values[$0]) })
    }

    private static func table(_ runs: [RunView], _ rows: [(name: String, values: [String?])]) -> Markup {
        guard !rows.isEmpty else { return "" }
        var table = Table(
            caption: "Settings in which the runs differ",
            columns: ["Run"] + rows.map(\.name)
        )
        for (index, run) in runs.enumerated() {
            table.add([.init(run.name)] + rows.map { .init($0.values[index] ?? NumberText.missing) })
        }
        return table.html()
    }

    private static func fact(_ name: String, _ value: String) -> Markup {
        "<div><dt>\(name)</dt><dd>\(value)</dd></div>\n"
    }

    private static func facts(of settings: RunSettings) -> [(name: String, value: String)] {
        var facts: [(name: String, value: String)] = [
            ("Target", settings.target), ("Model", settings.model), ("Backend", settings.backend),
            ("Dataset", settings.dataset), ("Prompts", NumberText.whole(settings.prompts)),
            ("Arrivals", settings.arrivals), ("Loop", settings.isOpenLoop ? "open" : "closed"),
        ]
        if let rate = settings.requestRate {
            facts.append(
                ("Request rate", rate.isFinite ? "\(NumberText.plain(rate)) requests/s" : "all at once")
            )
        }
        if settings.isOpenLoop {
            let burstiness = settings.burstiness
            facts.append(("Burstiness", burstiness.isFinite ? NumberText.plain(burstiness) : "equal gaps"))
        }
        facts.append(("Max concurrency", settings.maxConcurrency.map(NumberText.whole) ?? "no limit"))
        facts.append(("Seed", String(settings.seed)))
        let levels = RunView.text(of: settings.serviceLevels)
        facts.append(("Service levels", levels.isEmpty ? "none" : levels))
        return facts + settings.options.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}
