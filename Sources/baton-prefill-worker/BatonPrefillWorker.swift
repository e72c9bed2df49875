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

    @Option(help: "Settings file; see configs/prefill-worker.yaml.")
    var config: String

    @Option(name: .customLong("set"), help: "Override one setting: key.path=value. May be repeated.")
    var overrides: [String] = []

    @Flag(help: "Check the settings and exit.")
    var check = false

    @Flag(help: "Print the effective settings with their sources and exit.")
    var printConfig = false

    func run() async throws {
        let loaded = try WorkerSettings.load(path: config, overrides: overrides)
        if printConfig { print(loaded.yaml, terminator: "") }
        guard !check, !printConfig else {
            if check { print("\(config): settings are valid") }
            return
        }
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
