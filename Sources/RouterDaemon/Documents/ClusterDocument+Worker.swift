internal import DaemonKit
internal import ServingCore
internal import ServingTypes

extension ClusterDocument.WorkerState {
    /// The state of a connected worker: of several things that are so the one that is the most urgent.
    ///
    /// - Parameter health: what its link says; only a live one may do less than take work.
    init(_ worker: WorkerStatus, _ health: ClusterDocument.WorkerState) {
        let isDraining = worker.load?.isDraining ?? false
        self = health != .live ? health : isDraining ? .draining : worker.isCordoned ? .cordoned : .live
    }
}

extension ClusterDocument.Worker {
    /// A worker that was or is connected.
    private init(_ registration: WorkerRegistration, _ state: ClusterDocument.WorkerState) {
        self.init(
            name: registration.address.worker.id.rawValue,
            role: registration.role.name,
            state: state,
            address: "\(registration.address.host):\(registration.address.port)",
            model: registration.modelName,
            contextTokens: registration.contextTokens,
            maxRunning: registration.maxRunning,
            blocksTotal: registration.blockCount
        )
        site = registration.site.isEmpty ? nil : registration.site
    }

    /// A connected worker.
    init(_ worker: WorkerStatus, health: ClusterDocument.WorkerState) {
        self.init(worker.registration, ClusterDocument.WorkerState(worker, health))
        isCordoned = worker.isCordoned
        assigned = worker.assigned.sequences
        if worker.cost.b > 0 { prefillTokensPerSecond = (1 / worker.cost.b).rounded() }
        guard let load = worker.load else { return }
        isDraining = load.isDraining
        (waiting, running, decoding) = (load.waiting, load.running, load.decoding)
        queuedTokens = load.queuedTokens
        queuedMs = Milliseconds(seconds: load.queuedSeconds).value
        blocksUsed = load.blocks.total - load.blocks.available
        blocksCached = load.blocks.cached
        decodeStepMs = worker.decodeStepMs
    }

    /// A worker whose connection ended.
    init(_ lost: LostWorkers.Entry, now: Timestamp) {
        self.init(lost.registration, .dead)
        lossReason = lost.reason.description
        lostMs = Milliseconds(now - lost.lostAt).value
    }
}

extension WorkerStatus {
    /// What the next decode step is predicted to take; `nil` while it decodes nothing.
    var decodeStepMs: Double? {
        guard let load, load.decoding > 0 else { return nil }
        let step = cost.decodeStep(batch: load.decoding, contextTokens: load.contextTokens)
        return Milliseconds(step).value
    }
}

extension ClusterDocument.Totals {
    /// What the core counted.
    init(_ counters: RouterCounters) {
        self.init()
        submitted = counters.submitted
        finished = counters.finished
        failed = counters.failed
        cancelled = counters.cancelled
        attempts = counters.attempts
        failedAttempts = counters.failedAttempts
    }
}
