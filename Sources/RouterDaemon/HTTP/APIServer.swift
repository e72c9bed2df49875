internal import Hummingbird
internal import HummingbirdCore
internal import HummingbirdTLS
public import Logging
internal import NIOCore
public import Observability
public import ServiceLifecycle
internal import ServingTypes

/// The listener for clients: OpenAI's HTTP API in front of a ``GenerationService``.
///
/// Graceful shutdown stops listening and lets the answers in progress finish.
public struct APIServer: Service {
    private let application: Application<APIResponder>
    /// What answers, for listeners beside this one that pass requests on.
    let responder: APIResponder

    /// Prepares the listener; ``run()`` binds it.
    ///
    /// - Parameters:
    ///   - version: what `/version` says.
    ///   - onAnswer: called with the route and HTTP status of each answer, when it starts.
    ///   - onListening: called with the bound port once clients can connect.
    public init(
        settings: HTTPServerSettings,
        service: any GenerationService,
        version: String,
        logger: Logger,
        onAnswer: @escaping @Sendable (ClientRoute, Int) -> Void = { _, _ in },
        onListening: @escaping @Sendable (Int) -> Void
    ) throws(HTTPServerError) {
        try self.init(
            settings: settings,
            terms: APITerms(settings),
            certificate: try ServerCertificate(settings),
            service: service,
            version: version,
            tracer: nil,
            logger: logger,
            onAnswer: onAnswer,
            onListening: onListening
        )
    }

    /// Prepares a listener whose requests for tokens are traced, and whose terms and certificate may change.
    init(
        settings: HTTPServerSettings,
        terms: APITerms,
        certificate: ServerCertificate?,
        service: any GenerationService,
        version: String,
        tracer: Tracer?,
        logger: Logger,
        onAnswer: @escaping @Sendable (ClientRoute, Int) -> Void = { _, _ in },
        onListening: @escaping @Sendable (Int) -> Void
    ) throws(HTTPServerError) {
        let connections = MaximumAvailableConnections(settings.maxConnections, logger: logger)
        responder = APIResponder(
            service: service,
            terms: terms,
            version: version,
            tracer: tracer,
            onAnswer: onAnswer
        )
        application = Application(
            responder: responder,
            server: try Self.server(settings, terms, certificate),
            configuration: ApplicationConfiguration(
                address: .hostname(settings.host, port: settings.port),
                serverName: "baton",
                availableConnectionsDelegate: connections
            ),
            onServerRunning: { onListening($0.localAddress?.port ?? settings.port) },
            logger: logger
        )
    }

    /// Serves until shutdown.
    public func run() async throws { try await application.run() }

    private static func server(
        _ settings: HTTPServerSettings,
        _ terms: APITerms,
        _ certificate: ServerCertificate?
    ) throws(HTTPServerError) -> HTTPServerBuilder {
        let configuration = HTTP1Channel.Configuration(
            // Made for each connection: one that is open keeps its limit.
            additionalChannelHandlers: [ClientConnectionHandler(writeTimeout: terms.current.writeTimeout)],
            idleTimeout: .nanoseconds(settings.idleTimeout.nanoseconds)
        )
        let plain = HTTPServerBuilder { responder in
            LoopBoundChannel(base: HTTP1Channel(responder: responder, configuration: configuration))
        }
        guard let certificate else { return plain }
        do {
            return try .tls(plain, tlsConfiguration: certificate.configuration)
        } catch {
            throw .unusableCertificate(path: certificate.certificatePath, reason: "\(error)")
        }
    }
}
