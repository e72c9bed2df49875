public import Logging
public import ServiceLifecycle

/// What every daemon does around its service.
public enum Daemon {
    /// Runs a service until it ends, or until SIGTERM or SIGINT asks it to: a second signal ends it at once.
    public static func run(_ service: some Service, logger: Logger) async throws {
        let entry = ServiceGroupConfiguration.ServiceConfiguration(
            service: service,
            successTerminationBehavior: .gracefullyShutdownGroup,
            failureTerminationBehavior: .cancelGroup
        )
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [entry],
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger
            )
        )
        try await group.run()
    }
}
