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

    @Option(help: "Settings file; see configs/decode-worker.yaml.")
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
