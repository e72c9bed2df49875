import ArgumentParser
import DaemonKit
import Logging
import Observability
import RouterDaemon
import Settings

/// Starts a router.
@main
struct BatonRouter: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "baton-router",
        abstract: "Takes OpenAI-style requests, places them on workers and streams the answers.",
        version: Version.text
    )

    @Option(help: "Settings file; see configs/router.yaml.")
    var config: String

    @Option(name: .customLong("set"), help: "Override one setting: key.path=value. May be repeated.")
    var overrides: [String] = []

    @Flag(help: "Check the settings and exit.")
    var check = false

    @Flag(help: "Print the effective settings with their sources and exit.")
    var printConfig = false

    func run() async throws {
        let loaded = try RouterSettings.load(path: config, overrides: overrides)
        if printConfig { print(loaded.yaml, terminator: "") }
        guard !check, !printConfig else {
            if check { print("\(config): settings are valid") }
            return
        }
        let logs = Daemon.begin(loaded.value.log)
        let logger = Logger(label: "baton-router")
        let registry = PrometheusRegistry()
        let service = try RouterService(settings: loaded, registry: registry, logs: logs, logger: logger)
        try await Daemon.run(service, reloader: service.reloader, logger: logger)
    }
}
