internal import ServingCore
internal import ServingTypes
internal import Settings
internal import Transport
internal import Wire

extension WorkerNodeSettings {
    /// The operator's settings, with what the engine and the certificate add.
    init(
        _ settings: WorkerSettings,
        role: WorkerRole,
        worker: WorkerRef,
        engine: EngineFactory.Opened,
        blockCount: Int
    ) {
        let identity = engine.engine.identity
        var core = WorkerCoreSettings(
            worker: worker,
            role: role,
            layout: engine.engine.layout,
            blockCount: blockCount,
            contextTokens: identity.contextTokens
        )
        core.stepTokens = settings.scheduler.stepTokens
        core.maxRunning = settings.scheduler.maxRunning
        core.maxWaiting = settings.scheduler.maxWaiting
        core.chunkBytes = settings.transfer.chunkBytes
        core.creditBytes = settings.transfer.credit
        core.offerParking = settings.transfer.offerParking
        core.renewInterval = settings.transfer.renewInterval
        if let layers = settings.transfer.layerGroup { core.groupLayers = layers }
        // A chunk spans a group's layers of at least one block and travels in one frame.
        core.groupLayers = min(
            core.groupLayers,
            max(1, FrameHeader.payloadLimit / core.layout.layerBlockBytes)
        )
        var lanes = LanePool.Settings()
        lanes.lanesPerReceiver = settings.transfer.lanes
        lanes.lane.idleTimeout = settings.transfer.laneIdleTimeout
        lanes.lane.stallTimeout = settings.transfer.stallTimeout
        lanes.lane.keyUpdateBytes = settings.transfer.keyUpdateBytes
        self.init(
            core: core,
            modelName: identity.modelName,
            cost: engine.cost,
            advertisedHost: settings.advertisedHost,
            listenHost: settings.listen.host,
            listenPort: settings.listen.port,
            routers: settings.routers.map { ($0.host, $0.port) },
            lanes: lanes,
            stallTimeout: settings.transfer.stallTimeout,
            keyUpdateBytes: settings.transfer.keyUpdateBytes
        )
    }
}
