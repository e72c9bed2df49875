internal import ArgumentParser
internal import Foundation
internal import ServingTypes
internal import Wire

/// `batonctl pools`: how workers are divided, and how that fits the load.
struct PoolsCommand: ParsableCommand {
    /// How the answer is written.
    enum Output: String, ExpressibleByArgument, CaseIterable { case text, json }

    static let configuration = CommandConfiguration(
        commandName: "pools",
        abstract: "Show how prefill and decode workers fit the load, and what would change.",
        usage: "batonctl pools [-o text|json] [ROUTER OPTIONS]",
        discussion: """
            CAPACITY is what the workers of a role could serve in requests per second, by their \
            measured costs and the lengths seen lately; DEMAND is what comes. A dash means that \
            too few requests were answered to know. OFFLOAD FROM is the uncached prompt length \
            from which on prefill on another worker is predicted to be faster than on the decode \
            worker itself.
            """
    )

    @Option(name: .shortAndLong, help: "text or json.")
    var output = Output.text

    @OptionGroup var options: RouterOptions

    func run() throws {
        let reply = try options.withSession { session in try session.ask(.poolsRequest) }
        guard case .poolsReply(let report) = reply else { throw UnexpectedReply(reply) }
        print(output == .json ? try PoolsDocument(report).text() : Self.text(of: report))
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
        var table = TextTable(["SITE", "WAY", "USED", "QUEUE", "CHARGE", "PREFIXES"])
        for site in report.sites {
            let charge = site.penaltySecondsPerByte * Double(1 << 20)
            table.add([
                site.site, site.isOutgoing ? "out" : "in", Quantities.share(site.utilisation),
                Quantities.shortTime(site.queued),
                charge > 0 ? "\(Quantities.shortTime(.fromSeconds(charge)))/MiB" : "-",
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
