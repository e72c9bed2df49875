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

    @OptionGroup var options: DaemonOptions

    func run() async throws {
        guard let loaded = try options.settings(RouterSettings.self) else { return }
        let logs = Daemon.begin(loaded.value.log)
        let logger = Logger(label: "baton-router")
        let registry = PrometheusRegistry()
        let service = try RouterService(settings: loaded, registry: registry, logs: logs, logger: logger)
        try await Daemon.run(service, reloader: service.reloader, logger: logger)
    }
}
