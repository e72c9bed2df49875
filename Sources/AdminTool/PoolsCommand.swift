internal import ArgumentParser
internal import DaemonKit
internal import ServingTypes
internal import Wire

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
            let reply = try session.ask(.poolsRequest)
            guard case .poolsReply(let report) = reply else { throw UnexpectedReply(reply) }
            return try Shown(PoolsDocument(report), Self.text(of: report))
        }
    }

    static func text(of report: PoolsReport) -> String {
        var parts = [balance(report)]
        parts += report.pools.isEmpty ? [] : [pools(report)]
        parts += report.prefillClasses.isEmpty ? [] : [classes(report)]
        parts += report.sites.isEmpty ? [] : [sites(report)]
        parts += report.thresholds.isEmpty ? [] : [thresholds(report)]
        return parts.joined(separator: "\n\n")
    }

    private static func balance(_ report: PoolsReport) -> String {
        var lines = ["Balance: \(report.mode.name), \(report.roleChanges) role changes ordered."]
        if let advice = report.advice {
            let gain = Quantities.percent(advice.gain)
            lines.append("Best change: \(advice.worker) to \(advice.role.name), throughput \(gain).")
        }
        if !report.verdict.isEmpty { lines.append("Now: \(report.verdict).") }
        return lines.joined(separator: "\n")
    }

    private static func pools(_ report: PoolsReport) -> String {
        var table = TextTable(["SITE", "ROLE", "WORKERS", "CAPACITY", "DEMAND", "USED", "QUEUE"])
        for pool in report.pools {
            let isKnown = pool.capacity > 0
            table.add([
                pool.site.isEmpty ? "-" : pool.site, pool.role.name, "\(pool.workers)",
                isKnown ? "\(Quantities.decimal(pool.capacity))/s" : "-",
                "\(Quantities.decimal(pool.demand))/s",
                isKnown ? Quantities.share(pool.utilisation) : "-", Quantities.shortTime(pool.queued),
            ])
        }
        return table.text
    }

    private static func classes(_ report: PoolsReport) -> String {
        guard let short = report.shortTokens else { return "Every prefill worker takes all prompts." }
        var table = TextTable(["PREFILL", "PROMPTS"])
        for worker in report.prefillClasses {
            let prompts =
                switch worker.kind {
                case .any: "all"
                case .short: "up to \(short) tokens"
                case .long: "over \(short) tokens"
                }
            table.add([worker.worker.rawValue, prompts])
        }
        return table.text
    }

    private static func sites(_ report: PoolsReport) -> String {
        var table = TextTable(["SITE", "WAY", "USED", "QUEUE", "PREFIXES"])
        for site in report.sites {
            table.add([
                site.site, site.isOutgoing ? "out" : "in", Quantities.share(site.utilisation),
                Quantities.shortTime(site.queued),
                site.sharesPrefixes ? "shared" : "own only",
            ])
        }
        return table.text
    }

    private static func thresholds(_ report: PoolsReport) -> String {
        var table = TextTable(["DECODE", "PREFILL", "OFFLOAD FROM"])
        for row in report.thresholds {
            let from = row.tokens.map { $0 > 1 ? "\($0) tokens" : "any length" } ?? "never"
            table.add([row.decode.rawValue, row.prefill.rawValue, from])
        }
        return table.text
    }
}
