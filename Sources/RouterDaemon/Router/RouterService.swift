internal import AdminHTTP
public import DaemonKit
public import Logging
internal import ModelFormat
public import Observability
public import ServiceLifecycle
internal import ServingCore
internal import ServingTypes
public import Settings
internal import Synchronization
internal import Tokenization
internal import Transport
internal import Wire

/// The router as a service: worker links, the client API and the admin listener, one life.
public struct RouterService: Service {
    private let node: RouterNode
    private let identity: TLSIdentity
    private let settings: RouterSettings
    private let registry: PrometheusRegistry
    private let tracing: Tracing?
    private let logger: Logger
    private let manager: ServiceManager?
    private let terms: APITerms
    private let certificate: ServerCertificate?
    /// Reads the settings and the certificates again; runs beside the service.
    public let reloader: Reloader<RouterSettings>

    /// Reads vocabulary and certificates; `run` listens.
    ///
    /// - Parameter logs: where the process's log lines can be changed.
    /// - Throws: what stands in the way of serving, with a sentence for the operator.
    public init(
        settings loaded: LoadedSettings<RouterSettings>,
        registry: PrometheusRegistry,
        logs: LogControl,
        logger: Logger
    ) throws {
        let settings = loaded.value
        self.settings = settings
        self.registry = registry
        self.logger = logger
        manager = ServiceManager.ofProcess(logger: logger)
        identity = try DaemonIdentity.load(
            settings.tls.transport,
            name: settings.name,
            cluster: settings.cluster,
            role: .router
        )
        let source = try VocabularySource.load(path: settings.model.vocabularyPath)
        let model = ServedModel(
            name: source.modelName,
            aliases: settings.model.aliases,
            contextTokens: source.contextTokens,
            created: WallClock.unixSeconds,
            tokenizer: try Tokenizer(source.vocabulary)
        )
        let hello = Hello(
            purpose: .control,
            kind: .router,
            name: settings.name,
            incarnation: .random(),
            cluster: settings.cluster
        )
        let metrics = RouterMetrics(in: registry)
        let hub = LinkHub(
            hello: hello,
            settings: LinkSettings(heartbeatInterval: settings.heartbeat),
            logger: logger,
            onRefusal: { metrics.process.linksRefused.add(1) }
        )
        node = RouterNode(
            settings: RouterNodeSettings(settings, modelDigest: source.modelDigest),
            model: model,
            hub: hub,
            identity: identity,
            metrics: metrics,
            archive: DecisionArchive(settings.recording, metrics: metrics.recording, logger: logger),
            logger: logger
        )
        tracing = try Tracing(settings, metrics: metrics.tracing, logger: logger)
        let http = HTTPServerSettings(settings)
        let terms = APITerms(http)
        self.terms = terms
        certificate = try ServerCertificate(http)
        reloader = Reloader(
            loaded,
            process: settings.name,
            certificates: [identity] + (certificate.map { [$0] } ?? []),
            logs: logs,
            logSettings: { $0.log },
            logger: logger
        ) { [node, tracing] settings in
            node.update(settings)
            terms.update(HTTPServerSettings(settings))
            tracing?.tracer.update(sampleRatio: settings.tracing.sampleRatio)
        }
        node.desk.withLock { [reloader] in $0 = reloader }
        metrics.process.show(version: Version.text)
        registry.onRender { [node] in node.mirrorMetrics() }
        if settings.metrics.vllmNames { registry.showVLLMNames(as: .router, model: model.name) }
    }

    /// Serves until graceful shutdown; answers in progress may end within the settings' time.
    public func run() async throws {
        ProcessLatency.prefer()  // Before the servers start their threads, which inherit it.
        try node.hub.start(identity: identity, handler: node)
        let listen = settings.listen
        let workerPort = try node.hub.listen(
            host: listen.host,
            port: listen.port,
            advertisedHost: listen.host
        )
        node.start()
        let ports = ListeningPorts(workers: Int(workerPort), waitsForAdmin: settings.adminListen != nil)
        let services = try listeners(ports)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(services: services, logger: logger)
        )
        defer { node.stop() }
        try await withGracefulShutdownHandler {
            try await group.run()
        } onGracefulShutdown: {
            manager?.stopping("finishing answers")
            Task {
                await group.triggerGracefulShutdown()
                guard await Shutdown.pause(node.settings.drainTimeout) else { return }
                node.giveUp()
            }
        }
        logger.notice("router.stopped")
    }

    private func listeners(_ ports: ListeningPorts) throws -> [any Service] {
        let http = HTTPServerSettings(settings)
        let api = try APIServer(
            settings: http,
            terms: terms,
            certificate: certificate,
            service: node,
            version: Version.text,
            tracer: tracing?.tracer,
            logger: logger,
            onAnswer: { [node] route, status in node.metrics.count(route, status: status) },
            onListening: { port in announce(ports.http(port)) }
        )
        // Services stop in reverse order: the exporter sees the last requests end.
        let services: [any Service] = (tracing.map { [$0.exporter] } ?? []) + [api]
        guard let admin = settings.adminListen else { return services }
        let registry = registry
        let routes = AdminServer.routes { registry.render() }
        DecisionRoutes(node: node).add(to: routes)
        DocumentRoutes(node: node).add(to: routes)
        let sampler = RateSampler(node)
        PageRoutes(window: sampler.window) { sampler.samples(after: $0) }.add(to: routes)
        let front = AdminFront(
            pageGuard: PageGuard(listenHost: admin.host),
            chat: PageChat(responder: api.responder, writeTimeout: http.writeTimeout)
        )
        let server = AdminServer(
            host: admin.host,
            port: Int(admin.port),
            routes: routes,
            front: front.front,
            logger: logger
        ) { port in announce(ports.admin(port)) }
        return services + [sampler, server]
    }

    private func announce(_ ports: ListeningPorts.Bound?) {
        guard let ports else { return }
        var metadata: Logger.Metadata = ["workers": "\(ports.workers)", "http": "\(ports.http)"]
        if let admin = ports.admin { metadata["admin"] = "\(admin)" }
        logger.notice("router.listening", metadata: metadata)
        manager?.ready("clients on port \(ports.http), workers on port \(ports.workers)", watching: node.hub)
    }
}

extension RouterService: CustomStringConvertible {
    /// Its name only: services are described in debug lines, and keys do not belong in logs.
    public var description: String { "router \(settings.name)" }
}
