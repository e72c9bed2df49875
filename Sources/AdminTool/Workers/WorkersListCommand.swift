internal import ArgumentParser
internal import DaemonKit
internal import ServingTypes

/// `batonctl workers list`: every worker and what it has to do.
struct WorkersListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List workers, their state and load.",
        usage: "batonctl workers list [-o json|yaml] [-w [SECONDS]]",
        discussion: """
            QUEUE is how long a new prompt is predicted to wait, BLOCKS what of the KV pool is \
            in use, PREFILL prompt tokens per second. A worker whose connection ended is dead \
            for an hour, unless it comes back or is removed.
            """
    )

    /// Characters of a name and of a site, so that all columns fit.
    private static let (nameWidth, siteWidth) = (13, 8)

    @OptionGroup var view: ViewOptions

    func run() throws {
        try view.show("workers list") { session in
            let cluster = try session.document(.cluster, ClusterDocument.self)
            return Shown(document: try DocumentValue(cluster.workers)) { _ in Self.lines(of: cluster) }
        }
    }

    static func lines(of cluster: ClusterDocument) -> [StyledLine] {
        var lines =
            cluster.workers.isEmpty
            ? [StyledLine("No worker is connected: start one, or look into its log.")]
            : table(of: cluster.workers)
        if !cluster.removed.isEmpty {
            let names = cluster.removed.joined(separator: ", ")
            let text = "removed: \(names) (batonctl workers resume NAME lets one back)"
            lines += [StyledLine()] + StyledLine.lines(WrappedText.wrap(text, indent: 2))
        }
        return lines
    }

    private static func table(of workers: [ClusterDocument.Worker]) -> [StyledLine] {
        let hasSites = workers.contains { $0.site != nil }
        var table = TextTable(
            ["WORKER", "ROLE", "STATE"] + (hasSites ? ["SITE"] : [])
                + ["WAIT", "RUN", "QUEUE", "BLOCKS", "PREFILL"]
        )
        for worker in workers {
            let site = worker.site.map { WrappedText.tail($0, siteWidth) } ?? "-"
            let load =
                worker.state == .dead
                ? ["-", "-", "-", "-"]
                : [
                    "\(worker.waiting)", "\(worker.running)",
                    Quantities.shortTime(.fromSeconds(worker.queuedMs / 1_000)),
                    "\(worker.blocksUsed)/\(worker.blocksTotal)",
                ]
            table.add(
                [WrappedText.tail(worker.name, nameWidth), worker.role, worker.state.rawValue]
                    + (hasSites ? [site] : []) + load
                    + [worker.prefillTokensPerSecond.map { Quantities.count($0) + "/s" } ?? "-"],
                styles: [2: worker.state.style]
            )
        }
        return table.lines
    }
}
