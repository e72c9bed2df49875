internal import DaemonKit
internal import ServingCore
internal import ServingTypes

extension LoadsDocument.Worker {
    /// A connected worker.
    init(
        _ worker: WorkerStatus,
        health: ClusterDocument.WorkerState,
        error: LoadsDocument.PredictionError?,
        now: Timestamp
    ) {
        self.init(
            name: worker.registration.address.worker.id.rawValue,
            role: worker.registration.role.name,
            state: ClusterDocument.WorkerState(worker, health),
            profileCost: LoadsDocument.Cost(worker.registration.cost),
            prefill1024Ms: Milliseconds(worker.cost.prefill(newTokens: 1_024, contextTokens: 1_024)).value
        )
        ttftError = error
        isResyncing = worker.isResyncing
        assignedRequests = worker.assigned.sequences
        assignedTokens = worker.assigned.queuedTokens
        assignedBlocks = worker.assigned.blocks
        guard let load = worker.load else { return }
        reportAgeMs = worker.reportedAt.map { Milliseconds(now - $0).value }
        reportSequence = load.sequence
        (waiting, running, decoding) = (load.waiting, load.running, load.decoding)
        queuedTokens = load.queuedTokens
        queuedMs = Milliseconds(seconds: load.queuedSeconds).value
        contextTokens = load.contextTokens
        expectedGrowthBlocks = load.expectedGrowth
        engineSteps = load.progress
        blocks = LoadsDocument.Blocks(load.blocks)
        fittedCost = load.fittedCost.map { LoadsDocument.Cost($0) }
        decodeStepMs = worker.decodeStepMs
    }
}
