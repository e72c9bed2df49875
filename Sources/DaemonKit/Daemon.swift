internal import Glibc
public import Logging
public import Observability
public import ServiceLifecycle
public import Settings

/// What every daemon does around its service.
public enum Daemon {
    /// Begins a daemon's process: log lines as the settings say, and no end by SIGHUP, which means nothing until
    /// there is something to reload.
    ///
    /// - Returns: where the log lines can be changed later.
    public static func begin(_ settings: LogSettings) -> LogControl {
        signal(SIGHUP, SIG_IGN)
        return Logs.bootstrap(settings)
    }

    /// Runs a service until it ends, or until SIGTERM or SIGINT asks it to: a second signal ends it at once.
    ///
    /// - Parameter reloader: reads the settings again at SIGHUP, until the service has stopped.
    public static func run(_ service: some Service, reloader: some Service, logger: Logger) async throws {
        let entry = ServiceGroupConfiguration.ServiceConfiguration(
            service: service,
            successTerminationBehavior: .gracefullyShutdownGroup,
            failureTerminationBehavior: .cancelGroup
        )
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                // They stop in reverse order: SIGHUP must not end a process that is finishing its work.
                services: [ServiceGroupConfiguration.ServiceConfiguration(service: reloader), entry],
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger
            )
        )
        try await group.run()
    }
}
