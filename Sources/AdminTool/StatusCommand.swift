internal import ArgumentParser
internal import DaemonKit
internal import ServingTypes

/// `batonctl status`: workers, their load, and whether the paths between them are as they should be.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show workers, roles and load.",
        usage: "batonctl status [-o json|yaml] [--watch [SECONDS]] [ROUTER OPTIONS]",
        discussion: "The paths between workers are counted here and listed by batonctl links."
    )

    @OptionGroup var view: ViewOptions

    func run() throws {
        try view.show("status") { session in
            let cluster = try session.document(.cluster, ClusterDocument.self)
            return Shown(document: try DocumentValue(cluster)) { _ in Self.lines(of: cluster) }
        }
    }

    static func lines(of cluster: ClusterDocument) -> [StyledLine] {
        let model = cluster.model.isEmpty ? "no model yet" : cluster.model
        let waiting = cluster.requestsWaiting > 0 ? " (\(cluster.requestsWaiting) waiting)" : ""
        let uptime = Quantities.uptime(.fromSeconds(cluster.uptimeS))
        let heading =
            "router \(cluster.router), up \(uptime), \(model), "
            + "\(cluster.requestsInFlight) requests in flight\(waiting)"
        var lines = [StyledLine(heading), StyledLine()]
        if cluster.workers.isEmpty {
            lines.append(StyledLine("No worker is connected: start one, or look into its log."))
        } else {
            lines += workers(cluster.workers)
            lines += [StyledLine(), paths(cluster)]
            lines += losses(cluster.workers)
        }
        if !cluster.removed.isEmpty {
            let names = cluster.removed.joined(separator: ", ")
            lines.append(
                StyledLine("removed: \(names) (batonctl workers resume NAME lets one back)", .yellow)
            )
        }
        return lines
    }

    private static func workers(_ workers: [ClusterDocument.Worker]) -> [StyledLine] {
        var table = TextTable(["WORKER", "ROLE", "STATE", "ADDRESS", "WAIT", "RUN", "TOKENS", "BLOCKS USED"])
        for worker in workers {
            func known(_ figure: String) -> String { worker.state == .dead ? "-" : figure }
            table.add(
                [
                    worker.name, worker.role, worker.state.rawValue, worker.address,
                    known("\(worker.waiting)"), known("\(worker.running)"), known("\(worker.queuedTokens)"),
                    known("\(worker.blocksUsed)/\(worker.blocksTotal)"),
                ],
                styles: [2: worker.state.style]
            )
        }
        return table.lines
    }

    /// How many paths there are, and what to do about those that are not as they should be.
    private static func paths(_ cluster: ClusterDocument) -> StyledLine {
        guard cluster.linkCount > 0 else { return StyledLine("no path between workers used yet") }
        let degraded = cluster.links.count(where: \.degraded)
        let total = "\(cluster.linkCount) path\(cluster.linkCount == 1 ? "" : "s") between workers, "
        guard degraded > 0 else { return StyledLine(total + "none degraded") }
        var line = StyledLine(total)
        line.add("\(degraded) degraded", .red)
        line.add(": see batonctl links --degraded")
        return line
    }

    /// Why workers are gone.
    private static func losses(_ workers: [ClusterDocument.Worker]) -> [StyledLine] {
        workers.flatMap { worker -> [StyledLine] in
            guard let reason = worker.lossReason else { return [] }
            let ago = worker.lostMs.map { " \(Quantities.uptime(.fromSeconds($0 / 1_000))) ago" } ?? ""
            let sentence = WrappedText.wrap("\(worker.name) was lost\(ago): \(reason)", indent: 2)
            return StyledLine.lines(sentence, .red)
        }
    }
}

extension ClusterDocument.WorkerState {
    /// How urgent it looks.
    var style: TerminalStyle {
        switch self {
        case .live: .plain
        case .suspect, .sick, .draining, .cordoned: .yellow
        case .dead: .red
        }
    }
}
