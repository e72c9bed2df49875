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
            service: service,
            version: version,
            tracer: nil,
            logger: logger,
            onAnswer: onAnswer,
            onListening: onListening
        )
    }

    /// Prepares a listener whose requests for tokens are traced.
    init(
        settings: HTTPServerSettings,
        service: any GenerationService,
        version: String,
        tracer: Tracer?,
        logger: Logger,
        onAnswer: @escaping @Sendable (ClientRoute, Int) -> Void = { _, _ in },
        onListening: @escaping @Sendable (Int) -> Void
    ) throws(HTTPServerError) {
        let connections = MaximumAvailableConnections(settings.maxConnections, logger: logger)
        application = Application(
            responder: APIResponder(
                service: service,
                settings: settings,
                version: version,
                tracer: tracer,
                onAnswer: onAnswer
            ),
            server: try Self.server(settings),
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

    private static func server(_ settings: HTTPServerSettings) throws(HTTPServerError) -> HTTPServerBuilder {
        let writeTimeout = settings.writeTimeout
        let configuration = HTTP1Channel.Configuration(
            additionalChannelHandlers: [ClientConnectionHandler(writeTimeout: writeTimeout)],
            idleTimeout: .nanoseconds(settings.idleTimeout.nanoseconds)
        )
        let plain = HTTPServerBuilder { responder in
            LoopBoundChannel(base: HTTP1Channel(responder: responder, configuration: configuration))
        }
        switch (settings.certificatePath, settings.keyPath) {
        case (nil, nil): return plain
        case (let certificatePath?, let keyPath?):
            let tls = try tlsConfiguration(certificatePath, keyPath)
            do {
                return try .tls(plain, tlsConfiguration: tls)
            } catch {
                throw .unusableCertificate(path: certificatePath, reason: "\(error)")
            }
        case (_?, nil), (nil, _?): throw .certificateWithoutKey
        }
    }

    private static func tlsConfiguration(
        _ certificatePath: String,
        _ keyPath: String
    ) throws(HTTPServerError) -> TLSConfiguration {
        let chain: [NIOSSLCertificate]
        do {
            chain = try NIOSSLCertificate.fromPEMFile(certificatePath)
        } catch {
            throw .unusableCertificate(path: certificatePath, reason: "\(error)")
        }
        let key: NIOSSLPrivateKey
        do {
            key = try NIOSSLPrivateKey(file: keyPath, format: .pem)
        } catch {
            throw .unusableCertificate(path: keyPath, reason: "\(error)")
        }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) },
            privateKey: .privateKey(key)
        )
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        return configuration
    }
}
