internal import AdminHTTP
public import DaemonKit
internal import Engine
internal import KVCodecs
public import Logging
public import Observability
public import ServiceLifecycle
internal import ServingCore
public import ServingTypes
public import Settings
internal import Transport
internal import Wire

/// A prefill or decode worker as a service: start, serve, and on the way down finish what was begun.
public struct WorkerService: Service {
    private let node: WorkerNode
    private let registry: PrometheusRegistry
    private let adminListen: Endpoint?
    private let logger: Logger
    private let manager: ServiceManager?
    /// Reads the settings and the certificate again; runs beside the service.
    public let reloader: Reloader<WorkerSettings>

    /// Opens the engine and checks certificates; `run` connects.
    ///
    /// - Parameter logs: where the process's log lines can be changed.
    /// - Throws: what stands in the way of serving, with a sentence for the operator.
    public init(
        settings loaded: LoadedSettings<WorkerSettings>,
        role: WorkerRole,
        registry: PrometheusRegistry,
        logs: LogControl,
        logger: Logger
    ) throws {
        let settings = loaded.value
        let identity = try DaemonIdentity.load(
            settings.tls.transport,
            name: settings.name,
            cluster: settings.cluster,
            role: role == .prefill ? .prefill : .decode
        )
        let opened = try EngineFactory.open(settings)
        let layout = opened.engine.layout
        guard layout.layerBlockBytes <= FrameHeader.payloadLimit else {
            throw SettingsError(problems: [
                "kv_cache.block_tokens is \(layout.blockTokens), which makes \(layout.layerBlockBytes) bytes of one layer "
                    + "of one block; use fewer tokens, a chunk carries at most \(FrameHeader.payloadLimit) bytes"
            ])
        }
        let blockCount = settings.kvCache.size.blockCount(blockBytes: layout.blockBytes)
        let arena = try KVArena(layout: layout, blockCount: blockCount)
        let worker = WorkerRef(id: WorkerID(rawValue: settings.name), incarnation: .random())
        var nodeSettings = WorkerNodeSettings(
            settings,
            role: role,
            worker: worker,
            engine: opened,
            codecRates: KVCodecRate.measured(settings.transfer.codecs, layout: layout),
            blockCount: blockCount
        )
        nodeSettings.core.permittedRoles = Set(
            WorkerRole.allCases.filter {
                identity.peerIdentity.roles.contains($0 == .prefill ? .prefill : .decode)
            }
        )
        let metrics = WorkerMetrics(in: registry)
        let hub = LinkHub(
            hello: Self.hello(of: opened.engine.identity, layout, worker, settings),
            settings: LinkSettings(heartbeatInterval: settings.heartbeat),
            logger: logger,
            onRefusal: { metrics.process.linksRefused.add(1) }
        )
        node = WorkerNode(
            settings: nodeSettings,
            engine: opened.engine,
            arena: arena,
            hub: hub,
            identity: identity,
            metrics: metrics,
            logger: logger
        )
        reloader = Reloader(
            loaded,
            process: settings.name,
            certificates: [identity],
            logs: logs,
            logSettings: { $0.log },
            logger: logger
        ) { [node] in node.update($0) }
        node.desk.withLock { [reloader] in $0 = reloader }
        adminListen = settings.adminListen
        self.registry = registry
        self.logger = logger
        manager = ServiceManager.ofProcess(logger: logger)
        metrics.process.show(version: Version.text)
        registry.onRender { [node] in node.mirrorMetrics() }
        if settings.metrics.vllmNames {
            registry.showVLLMNames(as: .worker, model: nodeSettings.modelName)
        }
    }

    /// Serves until graceful shutdown, then drains for at most the settings' time.
    public func run() async throws {
        let port = try node.start()
        defer {
            node.stop()
            logger.notice("worker.stopped")
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            if let adminListen {
                let admin = AdminServer(
                    host: adminListen.host,
                    port: Int(adminListen.port),
                    routes: AdminServer.routes { [registry] in registry.render() },
                    logger: logger
                ) { adminPort in announce(port: port, admin: adminPort) }
                group.addTask { try await admin.run() }
            } else {
                announce(port: port, admin: nil)
            }
            group.addTask {
                try await Shutdown.requested()
                await drain()
            }
            try await group.waitForAll()
        }
    }

    private func announce(port: UInt16, admin: Int?) {
        var metadata: Logger.Metadata = ["port": "\(port)"]
        if let admin { metadata["admin"] = "\(admin)" }
        logger.notice("worker.listening", metadata: metadata)
        manager?.ready("serving on port \(port)", watching: node.hub)
    }

    /// Lets accepted work end; what is left after the time limit is lost to this worker and placed anew by its router.
    private func drain() async {
        let drainTimeout = node.drainTimeout
        let deadline = MonotonicClock.now + drainTimeout
        manager?.stopping("draining")
        logger.notice("worker.draining", metadata: ["limit": "\(drainTimeout)"])
        while !node.drain() {
            guard MonotonicClock.now < deadline else {
                let owed = node.owed
                logger.warning(
                    "worker.drain_incomplete",
                    metadata: ["requests": "\(owed.requests)", "leases": "\(owed.leases)"]
                )
                return
            }
            // Progress is made on other threads; a task that is cancelled here has nothing left to wait for.
            guard await Shutdown.pause(.milliseconds(20)) else { return }
        }
    }

    private static func hello(
        of engine: EngineIdentity,
        _ layout: KVLayout,
        _ worker: WorkerRef,
        _ settings: WorkerSettings
    ) -> Hello {
        var hello = Hello(
            purpose: .control,
            kind: .worker,
            name: worker.id.rawValue,
            incarnation: worker.incarnation,
            cluster: settings.cluster
        )
        hello.modelDigest = engine.modelDigest
        hello.layout = layout
        hello.numericsClass = engine.numericsClass
        hello.codecs = settings.transfer.codecs.map(\.name)
        return hello
    }
}

extension KVCodecRate {
    /// What the offered lossy codecs cost on this machine; takes a few hundredths of a second.
    static func measured(_ codecs: [KVCodec], layout: KVLayout) -> [KVCodecRate] {
        guard codecs.contains(where: \.isLossy) else { return [] }
        return CodecSpeed.measure(layout: layout).filter { codecs.contains($0.codec) }.map { speed in
            KVCodecRate(
                codec: speed.codec,
                encodeBytesPerSecond: speed.encodeBytesPerSecond,
                decodeBytesPerSecond: speed.decodeBytesPerSecond,
                sizeRatio: speed.ratio
            )
        }
    }
}
