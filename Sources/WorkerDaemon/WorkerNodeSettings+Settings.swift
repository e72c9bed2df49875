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
        codecRates: [KVCodecRate],
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
        core.cost = engine.cost
        core.mixed = settings.scheduler.mixed == .layered ? .layered : .chunked
        core.maxRunning = settings.scheduler.maxRunning
        core.take(settings)
        core.paths.priorBytesPerSecond = settings.transfer.priorRate
        core.paths.expectedBytesPerSecond = Dictionary(
            uniqueKeysWithValues: settings.transfer.expectedRates.map {
                (WorkerID(rawValue: $0.key), $0.value)
            }
        )
        core.paths.probeBytesPerHour = settings.transfer.probeBytesPerHour
        if let layers = settings.transfer.layerGroup { core.groupLayers = layers }
        // A chunk spans a group's layers of at least one block and travels in one frame.
        core.groupLayers = min(
            core.groupLayers,
            max(1, FrameHeader.payloadLimit / core.layout.layerBlockBytes)
        )
        var lanes = LanePool.Settings()
        lanes.lanes = settings.transfer.lanes
        lanes.maxLanes = settings.transfer.maxLanes
        lanes.lane.idleTimeout = settings.transfer.laneIdleTimeout
        lanes.lane.stallTimeout = settings.transfer.stallTimeout
        lanes.lane.keyUpdateBytes = settings.transfer.keyUpdateBytes
        self.init(
            core: core,
            modelName: identity.modelName,
            cost: engine.cost,
            site: settings.site ?? "",
            codecRates: codecRates,
            advertisedHost: settings.advertisedHost,
            listenHost: settings.listen.host,
            listenPort: settings.listen.port,
            routers: settings.routers.map { ($0.host, $0.port) },
            lanes: lanes,
            stallTimeout: settings.transfer.stallTimeout,
            keyUpdateBytes: settings.transfer.keyUpdateBytes,
            drainTimeout: settings.drainTimeout
        )
    }
}

extension WorkerCoreSettings {
    /// Takes what may change while the worker runs; see `WorkerCore.update`.
    mutating func take(_ settings: WorkerSettings) {
        stepTokens = settings.scheduler.stepTokens
        prefill = PrefillSettings(settings.scheduler)
        preemption = LayerPreemptionSettings(settings.scheduler)
        layeredTokens = settings.scheduler.layeredTokens
        maxWaiting = settings.scheduler.maxWaiting
        decode = DecodeSettings(settings.scheduler)
        chunkBytes = settings.transfer.chunkBytes
        creditBytes = settings.transfer.credit
        offerParking = settings.transfer.offerParking
        renewInterval = settings.transfer.renewInterval
        reconnectTimeout = settings.transfer.reconnectTimeout
        fetchStallTimeout = settings.transfer.fetchStallTimeout
        maxServedFetches = settings.transfer.maxFetches
        paths.degradedFraction = settings.transfer.degradedBelow
    }
}

extension DecodeSettings {
    /// What the operator's `scheduler` section says of decoding.
    init(_ scheduler: WorkerSettings.Scheduler) {
        self.init()
        reserve =
            switch scheduler.reserve {
            case .whole: .whole
            case .expected: .expected
            }
        expectedShare = scheduler.expectedShare
        growthMargin = scheduler.growthMargin
        headroom = scheduler.headroom
        maxBatch = scheduler.maxBatch
        maxPreemptions = scheduler.maxPreemptions
        leastProgress = scheduler.leastProgress
    }
}

extension LayerPreemptionSettings {
    /// What the operator's `scheduler` section says of yielding.
    init(_ scheduler: WorkerSettings.Scheduler) {
        self.init()
        isEnabled = scheduler.layerPreemption
        leastGain = scheduler.layerPreemptionGain
        maxPreemptions = scheduler.maxLayerPreemptions
        maxYieldShare = scheduler.maxYieldShare
    }
}
