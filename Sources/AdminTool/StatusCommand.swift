internal import ArgumentParser
internal import ServingTypes
internal import Wire

/// `batonctl status`: workers, their load and the measured links.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show workers, roles, load and links."
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
        let paths = status.workers.flatMap { worker in worker.paths.map { (worker.address.worker.id, $0) } }
        if !paths.isEmpty {
            var links = TextTable(["FROM", "TO", "BANDWIDTH", "IN FLIGHT"])
            for (from, path) in paths {
                links.add([
                    from.rawValue, path.peer.rawValue, Quantities.rate(path.bytesPerSecond),
                    Quantities.bytes(path.inFlightBytes),
                ])
            }
            lines += ["", links.text]
        }
        return lines.joined(separator: "\n")
    }
}
