internal import Foundation
internal import ServingTypes
internal import Transport

/// A real router with a fleet of workers behind it.
final class MetricsRig {
    let ledger: TokenLedger
    let fleet: Fleet
    let clientPort: UInt16
    let adminPort: UInt16
    let modelName: String
    private let folder: BenchFolder
    private let cleanup: BenchGuard
    private let router: BenchProcess

    /// Starts everything and waits until all workers are registered.
    init(_ options: MetricsOptions) throws {
        try Fleet.raiseDescriptorLimit()
        folder = try BenchFolder()
        cleanup = try BenchGuard(folder: folder.url)
        _ = try folder.issue("router", roles: [.router])
        let model = URL(fileURLWithPath: options.model).standardizedFileURL.path
        modelName = try NullModel(path: model, blockTokens: 16).name
        try folder.write(Self.yaml(model: model, options), to: "router.yaml")
        ledger = TokenLedger(streams: options.streams)
        let program = try Programs.path("baton-router", in: options.programs)
        router = try BenchProcess(
            name: "router",
            command: [program, "--config", folder.path("router.yaml")],
            log: folder.url.appending(path: "router.log")
        )
        try cleanup.add(router.identifier)
        do {
            clientPort = try router.number(after: "http")
            adminPort = try router.number(after: "admin")
            let fleet = try Fleet(
                count: options.workers,
                pathCount: options.paths,
                modelPath: model,
                routerPort: try router.number(after: "workers"),
                folder: folder,
                interval: options.interval,
                ledger: ledger
            )
            self.fleet = fleet
            let (admin, count) = (adminPort, options.workers)
            try Polling.until("\(count) workers are registered", limit: 120) {
                if let failure = fleet.failure { throw BenchFailure(failure) }
                return try MetricsPage.fetch(port: admin).value("baton_workers{role=\"decode\"}")
                    == Double(count)
            }
            // Paths to workers that came later are known after a second report.
            for turn in 0..<options.workers { fleet.report(turn) }
        } catch {
            router.kill()
            throw BenchFailure("\(error)\n\(router.tail)")
        }
    }

    /// Ends everything and removes the folder.
    func stop() throws {
        router.kill()
        fleet.stop()
        try cleanup.finish()
    }

    private static func yaml(model: String, _ options: MetricsOptions) -> String {
        """
        name: router
        cluster: \(BenchFolder.cluster)
        listen: 127.0.0.1:0
        http:
          listen: 127.0.0.1:0
        admin:
          listen: 127.0.0.1:0
        tls:
          ca: ca.pem
          certificate: router.pem
          key: router-key.pem
        model:
          vocabulary: "\(model)"
        heartbeat: 60s
        metrics:
          vllm_names: \(options.vllmNames)
        log:
          level: notice

        """
    }
}
