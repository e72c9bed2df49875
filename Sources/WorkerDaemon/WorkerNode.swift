internal import DaemonKit
internal import Engine
internal import KVCache
internal import KVCodecs
internal import Logging
internal import Observability
internal import ServingCore
internal import ServingTypes
internal import Settings
internal import Synchronization
internal import Transport
internal import Wire

/// The shell of one worker: turns messages, steps and lanes into events of its core, and the core's actions into messages.
///
/// One mutex guards the core and the tables of links. Actions are carried out under it, so that what peers see has
/// the order of the core's decisions; nothing done there waits: sending queues, lanes have their own threads.
final class WorkerNode: Sendable {
    struct State {
        var core: WorkerCore
        var peers = PeerLinks()
        var routers = RouterLinks()
        var incomingLanes: [UInt64: LaneReceiver] = [:]
        var laneCount: UInt64 = 0
        var port: UInt16 = 0
        var isStopping = false
        var drainTimeout: Duration
    }

    /// As of the start; the core has those that changed since.
    let settings: WorkerNodeSettings
    let hub: LinkHub
    let identity: TLSIdentity
    let metrics: WorkerMetrics
    let logger: Logger
    let arena: KVArena
    let runner: EngineRunner
    let relay = TransferRelay()
    let state: Mutex<State>
    /// Engine steps since boot, readable without the lock: a heartbeat's echo waits for nobody.
    let stepsDone = Atomic<UInt64>(0)
    private let place: ChunkPlace
    private let codecs: [KVCodec: ChunkCodec]
    private let lanes = Mutex<LanePool?>(nil)
    /// Answers questions about the process's settings, once there is somebody to.
    let desk = Mutex<(any SettingsDesk)?>(nil)
    /// What lanes ask: this node, or what a test puts between.
    private let laneSource: @Sendable (any LaneWorkSource) -> any LaneWorkSource

    init(
        settings: WorkerNodeSettings,
        engine: any InferenceEngine,
        arena: KVArena,
        hub: LinkHub,
        identity: TLSIdentity,
        metrics: WorkerMetrics,
        logger: Logger,
        laneSource: @escaping @Sendable (any LaneWorkSource) -> any LaneWorkSource = { $0 }
    ) {
        self.laneSource = laneSource
        self.identity = identity
        self.settings = settings
        self.hub = hub
        self.metrics = metrics
        self.logger = logger
        self.arena = arena
        runner = EngineRunner(engine: engine, arena: arena, groupLayers: settings.core.groupLayers)
        place = ChunkPlace(modelDigest: engine.identity.modelDigest, layout: engine.layout)
        codecs = Dictionary(
            uniqueKeysWithValues: KVCodec.allCases.filter(\.isLossy).map {
                ($0, ChunkCodec($0, layout: engine.layout))
            }
        )
        state = Mutex(
            State(core: WorkerCore(settings: settings.core), drainTimeout: settings.drainTimeout)
        )
    }

    /// Listens, dials the routers and starts the engine's thread; returns the port.
    func start() throws -> UInt16 {
        var loop = ControlLoopConfiguration()
        loop.keyUpdateBytes = settings.keyUpdateBytes
        try hub.start(identity: identity, configuration: loop, handler: self)
        let port = try hub.listen(
            host: settings.listenHost,
            port: settings.listenPort,
            advertisedHost: settings.advertisedHost
        )
        state.withLock { $0.port = port }
        let frame = try Message.hello(hub.hello(for: .lane)).frame()
        let pool = LanePool(
            settings: settings.lanes,
            identity: identity,
            hello: frame,
            logger: logger,
            source: laneSource(self)
        ) { [hub] delay, body in hub.schedule(after: delay, body) }
        lanes.withLock { $0 = pool }
        relay.start(
            computed: { [weak self] in self?.layersComputed($0, layers: $1) },
            wake: { [pool] in pool.wake($0) }
        )
        runner.start(node: self)
        for router in settings.routers { dial(router) }
        tick()
        return port
    }

    /// Ends all work at once: call `drain` before, if anybody still waits for something.
    func stop() {
        state.withLock { $0.isStopping = true }
        runner.stop()
        relay.stop()
        let pool = lanes.withLock { lanes in
            defer { lanes = nil }
            return lanes
        }
        pool?.shutdown()
        let incoming = state.withLock { Array($0.incomingLanes.values) }
        for lane in incoming { lane.shutdown() }
        hub.shutdown()
    }

    /// Takes no new work; `true` once nothing is owed to anybody.
    func drain() -> Bool {
        handle(.draining(true))
        return state.withLock { $0.core.isIdle }
    }

    /// How long accepted work may take to end.
    var drainTimeout: Duration { state.withLock { $0.drainTimeout } }

    /// Goes on by other settings, as far as that needs no new start.
    func update(_ settings: WorkerSettings) {
        var core = self.settings.core
        core.take(settings)
        state.withLock { state in
            state.core.update(core)
            state.drainTimeout = settings.drainTimeout
        }
        runner.wake()  // More may fit into a step than before.
    }

    /// Sequences and transfers that are not over.
    var owed: DrainStatus {
        let owed = state.withLock { $0.core.owed }
        return DrainStatus(requests: owed.requests, leases: owed.leases)
    }

    /// Outgoing lanes that are open or being opened.
    var laneCount: Int { lanes.withLock { $0 }?.laneCounts.values.reduce(0, +) ?? 0 }

    // MARK: Events

    func handle(_ event: WorkerEvent) {
        let hasWork = state.withLock { state in
            let actions = state.core.handle(event, now: MonotonicClock.now)
            perform(actions, &state)
            if state.core.mayPreempt { runner.interrupt() }
            return state.core.hasEngineWork
        }
        if hasWork { runner.wake() }
    }

    func nextStep() -> StepPlan? {
        state.withLock { state in
            let plan = state.core.nextStep(now: MonotonicClock.now)
            perform(state.core.takeActions(), &state)  // Prompts that start may begin with a fetch.
            stepsDone.store(state.core.stepsDone, ordering: .relaxed)
            return plan
        }
    }

    /// When the engine is to look again, when the last look found prompts that wait for company.
    var nextStepAt: Timestamp? { state.withLock { $0.core.nextStepAt } }

    /// What goes before the rest of a running step.
    func preemptingStep(during plan: StepPlan, layers: Int) -> StepPlan? {
        state.withLock { state in
            let nested = state.core.preemptingStep(during: plan, layers: layers, now: MonotonicClock.now)
            perform(state.core.takeActions(), &state)
            stepsDone.store(state.core.stepsDone, ordering: .relaxed)
            if state.core.mayPreempt { runner.interrupt() }
            return nested
        }
    }

    func layersComputed(_ plan: StepPlan, layers: Int) {
        state.withLock { state in
            let actions = state.core.layersComputed(plan, layers: layers, now: MonotonicClock.now)
            perform(actions, &state)
        }
    }

    func finishStep(_ plan: StepPlan, sampled: [SampledToken?], elapsed: Duration) {
        metrics.stepSeconds.observe(elapsed)
        metrics.stepTokens.observe(Double(plan.tokenCount))
        if plan.prefillTokens > 0 { metrics.prefillBatchTokens.observe(Double(plan.prefillTokens)) }
        let step = state.withLock { state in
            let actions = state.core.finishStep(plan, sampled: sampled, now: MonotonicClock.now)
            perform(actions, &state)
            return state.core.takeFinishedStep()
        }
        if let step { count(step) }
    }

    func failStep(_ plan: StepPlan, _ error: ServingError) {
        logger.error(
            "engine.step_failed",
            metadata: ["error": "\(error)", "sequences": "\(plan.entries.count)"]
        )
        handle(.stepFailed(plan, error))
    }

    // MARK: Lanes

    /// Where each chunk of a frame goes.
    func beginChunks(_ chunks: [KVChunk], from sender: WorkerRef) -> [ChunkPlacement] {
        state.withLock { state in
            let now = MonotonicClock.now
            return chunks.map { state.core.beginChunk($0, from: sender, now: now) }
        }
    }

    /// Ends what `beginChunks` started.
    func endChunks(_ chunks: [LandedChunk], from sender: WorkerRef) {
        let hasWork = state.withLock { state in
            let now = MonotonicClock.now
            for landed in chunks {
                let actions = state.core.endChunk(
                    landed.chunk,
                    placement: landed.placement,
                    landed.outcome,
                    from: sender,
                    now: now
                )
                perform(actions, &state)
            }
            if state.core.mayPreempt { runner.interrupt() }
            return state.core.hasEngineWork
        }
        if hasWork { runner.wake() }
    }

    /// Bytes of one layer of one block.
    var layerBlockBytes: Int { settings.core.layout.layerBlockBytes }

    /// The memory of a chunk's cells.
    func segments(of chunk: KVChunk, blocks: [BlockIndex]) -> [UnsafeMutableRawBufferPointer] {
        arena.segments(of: chunk, blocks: blocks)
    }

    func checksumStart(of chunk: KVChunk, content: KVContentMark) -> UInt32 {
        place.checksumStart(of: chunk, content: content)
    }

    /// How chunks of a codec are read and written; `nil` for those that need no work.
    func codec(_ codec: KVCodec) -> ChunkCodec? { codecs[codec] }

    /// Tells the sender of a probe that a frame of it has arrived.
    func confirm(_ probe: KVProbe, to sender: WorkerRef) {
        state.withLock { state in perform([.probed(to: sender, number: probe.number)], &state) }
    }

    func laneIntakeClosed(_ id: UInt64, sender: WorkerRef, error: TransportError?) {
        let isStopping = state.withLock { state in
            state.incomingLanes[id] = nil
            return state.isStopping
        }
        guard let error, error != .closedByPeer, !isStopping else { return }
        logger.warning("lane.broken", metadata: ["peer": "\(sender)", "error": "\(error)"])
    }

    // MARK: Time

    private func tick() {
        let hasWork = state.withLock { state in
            let now = MonotonicClock.now
            if let deadline = state.core.nextDeadline, deadline <= now {
                perform(state.core.handle(.ticked, now: now), &state)
            }
            perform(state.core.considerProbe(now: now), &state)
            if let report = state.core.takeLoad(now: now) {
                for link in state.routers.registered { hub.send(.load(report), on: link) }
            }
            return state.core.hasEngineWork
        }
        if hasWork { runner.wake() }
        hub.schedule(after: settings.tickInterval) { [weak self] in self?.tick() }
    }
}
