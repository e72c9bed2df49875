internal import ArgumentParser
internal import DaemonKit
internal import ServingTypes

/// `batonctl pools`: how workers are divided, and how that fits the load.
struct PoolsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pools",
        abstract: "Show how the workers of each role fit the load.",
        usage: "batonctl pools [-o json|yaml] [--watch [SECONDS]] [ROUTER OPTIONS]",
        discussion: """
            CAPACITY is requests per second that the workers of a role could serve, by their costs and \
            the lengths seen lately; DEMAND is what comes; a dash: not known yet. OFFLOAD FROM is the \
            uncached length from which on prefill elsewhere is predicted to be faster.
            """
    )

    @OptionGroup var view: ViewOptions

    func run() throws {
        try view.show("pools") { session in
            let pools = try session.document(.pools, PoolsDocument.self)
            return try Shown(pools, Self.text(of: pools))
        }
    }

    static func text(of report: PoolsDocument) -> String {
        var parts = [balance(report)]
        parts += report.pools.isEmpty ? [] : [pools(report)]
        parts += report.prefillClasses.isEmpty ? [] : [classes(report)]
        parts += report.sites.isEmpty ? [] : [sites(report)]
        parts += report.offloadThresholds.isEmpty ? [] : [thresholds(report)]
        return parts.joined(separator: "\n\n")
    }

    private static func balance(_ report: PoolsDocument) -> String {
        var lines = ["Balance: \(report.balance), \(report.roleChanges) role changes ordered."]
        if let advice = report.advice {
            let gain = Quantities.percent(advice.gain)
            lines.append("Best change: \(advice.worker) to \(advice.role), throughput \(gain).")
        }
        if !report.verdict.isEmpty { lines.append("Now: \(report.verdict).") }
        return lines.joined(separator: "\n")
    }

    private static func pools(_ report: PoolsDocument) -> String {
        var table = TextTable(["SITE", "ROLE", "WORKERS", "CAPACITY", "DEMAND", "USED", "QUEUE"])
        for pool in report.pools {
            table.add([
                pool.site.isEmpty ? "-" : pool.site, pool.role, "\(pool.workers)",
                pool.capacityRequestsPerSecond.map { "\(Quantities.decimal($0))/s" } ?? "-",
                "\(Quantities.decimal(pool.demandRequestsPerSecond))/s",
                pool.utilisation.map { Quantities.share($0) } ?? "-",
                Quantities.shortTime(.milliseconds(pool.queuedMs)),
            ])
        }
        return table.text
    }

    private static func classes(_ report: PoolsDocument) -> String {
        guard let short = report.shortTokens else { return "Every prefill worker takes all prompts." }
        var table = TextTable(["PREFILL", "PROMPTS"])
        for worker in report.prefillClasses {
            let prompts =
                switch worker.prompts {
                case PrefillClassKind.short.name: "up to \(short) tokens"
                case PrefillClassKind.long.name: "over \(short) tokens"
                default: "all"
                }
            table.add([worker.worker, prompts])
        }
        return table.text
    }

    private static func sites(_ report: PoolsDocument) -> String {
        var table = TextTable(["SITE", "WAY", "USED", "QUEUE", "PREFIXES"])
        for site in report.sites {
            table.add([
                site.site, site.way, Quantities.share(site.utilisation),
                Quantities.shortTime(.milliseconds(site.queuedMs)),
                site.sharesPrefixes ? "shared" : "own only",
            ])
        }
        return table.text
    }

    private static func thresholds(_ report: PoolsDocument) -> String {
        var table = TextTable(["DECODE", "PREFILL", "OFFLOAD FROM"])
        for row in report.offloadThresholds {
            let from = row.tokens.map { $0 > 1 ? "\($0) tokens" : "any length" } ?? "never"
            table.add([row.decode, row.prefill, from])
        }
        return table.text
    }
}
