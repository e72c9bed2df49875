import ArgumentParser
import DaemonKit
import Logging
import Observability
import Settings
import WorkerDaemon

/// Starts a worker in the role decode.
@main
struct BatonDecodeWorker: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "baton-decode-worker",
        abstract: "Receives KV and produces tokens; prefills short prompts itself.",
        version: Version.text
    )

    @OptionGroup var options: DaemonOptions

    func run() async throws {
        guard let loaded = try options.settings(WorkerSettings.self) else { return }
        let logs = Daemon.begin(loaded.value.log)
        let logger = Logger(label: "baton-decode-worker")
        let registry = PrometheusRegistry()
        let service = try WorkerService(
            settings: loaded,
            role: .decode,
            registry: registry,
            logs: logs,
            logger: logger
        )
        try await Daemon.run(service, reloader: service.reloader, logger: logger)
    }
}
