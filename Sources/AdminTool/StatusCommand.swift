internal import ArgumentParser
internal import ServingTypes
internal import Wire

/// `batonctl status`: workers, their load, and whether the paths between them are as they should be.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show workers, roles and load.",
        usage: "batonctl status [ROUTER OPTIONS]",
        discussion: "The paths between workers are counted here and listed by batonctl links."
    )

    @OptionGroup var options: RouterOptions

    func run() throws {
        let reply = try options.withSession { session in try session.ask(.statusRequest) }
        guard case .statusReply(let status) = reply else { throw UnexpectedReply(reply) }
        print(Self.text(of: status))
    }

    static func text(of status: StatusReply) -> String {
        let model = status.modelName.isEmpty ? "no model yet" : status.modelName
        var lines = [
            "router \(status.router), up \(Quantities.uptime(status.uptime)), \(model), "
                + "\(status.requestsInFlight) requests in flight",
            "",
        ]
        guard !status.workers.isEmpty else {
            return (lines + ["No worker is connected: start one, or look into its log."]).joined(
                separator: "\n"
            )
        }
        var workers = TextTable([
            "WORKER", "ROLE", "STATE", "ADDRESS", "WAIT", "RUN", "TOKENS", "BLOCKS USED",
        ])
        for worker in status.workers {
            let used = worker.blocks.total - worker.blocks.available
            workers.add([
                worker.address.worker.id.rawValue, worker.role.name,
                worker.isDraining ? "draining" : worker.health.name,
                "\(worker.address.host):\(worker.address.port)", "\(worker.waiting)", "\(worker.running)",
                "\(worker.queuedTokens)", "\(used)/\(worker.blocks.total)",
            ])
        }
        lines.append(workers.text)
        lines += ["", paths(status.workers.flatMap(\.paths))]
        return lines.joined(separator: "\n")
    }

    /// How many paths there are, and what to do about those that are not as they should be.
    private static func paths(_ paths: [PathReport]) -> String {
        guard !paths.isEmpty else { return "no path between workers used yet" }
        let degraded = paths.count(where: \.isDegraded)
        let total = "\(paths.count) path\(paths.count == 1 ? "" : "s") between workers, "
        return degraded == 0
            ? total + "none degraded" : total + "\(degraded) degraded: see batonctl links --degraded"
    }
}
