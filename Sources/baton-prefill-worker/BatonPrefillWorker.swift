import ArgumentParser
import DaemonKit
import Logging
import Observability
import Settings
import WorkerDaemon

/// Starts a worker in the role prefill.
@main
struct BatonPrefillWorker: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "baton-prefill-worker",
        abstract: "Computes prompts and hands their KV to decode workers.",
        version: Version.text
    )

    @OptionGroup var options: DaemonOptions

    func run() async throws {
        guard let loaded = try options.settings(WorkerSettings.self) else { return }
        let logs = Daemon.begin(loaded.value.log)
        let logger = Logger(label: "baton-prefill-worker")
        let registry = PrometheusRegistry()
        let service = try WorkerService(
            settings: loaded,
            role: .prefill,
            registry: registry,
            logs: logs,
            logger: logger
        )
        try await Daemon.run(service, reloader: service.reloader, logger: logger)
    }
}
