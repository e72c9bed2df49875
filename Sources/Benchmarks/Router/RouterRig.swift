internal import Foundation
internal import Transport

/// A real router with null workers behind it, and the baseline beside it.
final class RouterRig {
    /// The router's port for clients.
    let port: UInt16
    /// The port of the server that answers without a router.
    let directPort: UInt16
    /// The router's process.
    let routerProcess: Int32
    private let folder: BenchFolder
    private let cleanup: BenchGuard
    private let processes: [BenchProcess]

    /// Starts everything and waits until requests are answered.
    init(_ options: RouterOptions) throws {
        folder = try BenchFolder()
        cleanup = try BenchGuard(folder: folder.url)
        _ = try folder.issue("router", roles: [.router])
        let model = URL(fileURLWithPath: options.model).standardizedFileURL.path
        try folder.write(Self.yaml(model: model), to: "router.yaml")
        let program = try Programs.path("baton-router", in: options.programs)
        let router = try BenchProcess(
            name: "router",
            command: [program, "--config", folder.path("router.yaml")],
            log: folder.url.appending(path: "router.log")
        )
        routerProcess = router.identifier
        var started = [router]
        do {
            try cleanup.add(router.identifier)
            port = try router.number(after: "http")
            let settings = try Self.nullSettings(
                options,
                model: model,
                routerPort: try router.number(after: "workers"),
                folder
            )
            let workers = try BenchProcess(
                name: "null-workers",
                command: [Programs.own, "null-worker", try ReportText.json(settings)],
                log: folder.url.appending(path: "null-workers.log")
            )
            started.append(workers)
            try cleanup.add(workers.identifier)
            directPort = try workers.number(after: "port")
            try Self.awaitWorkers(router, count: settings.workers.count)
        } catch {
            let tails = started.map { "---- \($0.name)\n\($0.tail)" }.joined(separator: "\n")
            for process in started { process.kill() }
            throw BenchFailure("\(error)\n\(tails)")
        }
        processes = started
    }

    /// What the processes said last, for a person who reads why a benchmark failed.
    var logs: String { processes.map { "---- \($0.name)\n\($0.tail)" }.joined(separator: "\n") }

    /// Ends everything and removes the folder.
    func stop() throws {
        for process in processes { process.kill() }
        try cleanup.finish()
    }

    /// Every prompt is handed off; otherwise the defaults, but for ports.
    private static func yaml(model: String) -> String {
        """
        name: router
        cluster: \(BenchFolder.cluster)
        listen: 127.0.0.1:0
        http:
          listen: 127.0.0.1:0
        admin:
          listen: off
        tls:
          ca: ca.pem
          certificate: router.pem
          key: router-key.pem
        model:
          vocabulary: "\(model)"
        placement:
          local_prefill: false

        """
    }

    private static func nullSettings(
        _ options: RouterOptions,
        model: String,
        routerPort: UInt16,
        _ folder: BenchFolder
    ) throws -> NullProcess.Settings {
        let places = (1...options.workerPairs).flatMap { number in
            [(name: "prefill-\(number)", role: PeerRole.prefill), (name: "decode-\(number)", role: .decode)]
        }
        return NullProcess.Settings(
            routerPort: routerPort,
            cluster: BenchFolder.cluster,
            workers: try places.map { place in
                let files = try folder.issue(place.name, roles: [place.role])
                return NullProcess.Settings.Worker(
                    name: place.name,
                    isPrefill: place.role == .prefill,
                    authorityPath: files.authorityPath,
                    certificatePath: files.certificatePath,
                    privateKeyPath: files.privateKeyPath
                )
            },
            modelPath: model,
            tokenInterval: Double(options.tokenIntervalMicroseconds) / 1e6
        )
    }

    private static func awaitWorkers(_ router: BenchProcess, count: Int) throws {
        try Polling.until("\(count) workers are registered") {
            router.output.split(separator: "\n").count { $0.contains("worker.registered") } == count
        }
    }
}
