import ServingTypes

/// Settings that change while requests run.
extension WorkerCore {
    /// Goes on with other settings: every sequence, block, transfer and measurement stays.
    ///
    /// What the worker's routers and peers were told, and what blocks were reserved by, is that of the start: its name,
    /// roles, layout, pool, cost, most running sequences, reserve, kind of mixed steps, order of prompts, groups of
    /// layers and priors of paths. Transfers in progress keep their window of credit.
    public mutating func update(_ given: WorkerCoreSettings) {
        var new = settings
        new.stepTokens = given.stepTokens
        new.layeredTokens = given.layeredTokens
        new.maxWaiting = given.maxWaiting
        new.prefill = given.prefill
        new.prefill.policy = settings.prefill.policy
        new.preemption = given.preemption
        new.decode = given.decode
        new.decode.reserve = settings.decode.reserve
        new.chunkBytes = given.chunkBytes
        new.creditBytes = given.creditBytes
        new.offerParking = given.offerParking
        new.renewInterval = given.renewInterval
        new.reconnectTimeout = given.reconnectTimeout
        new.fetchStallTimeout = given.fetchStallTimeout
        new.maxServedFetches = given.maxServedFetches
        new.paths.degradedFraction = given.paths.degradedFraction
        precondition(new.stepTokens > 0, "a worker needs a budget of at least 1")
        settings = new
        prefill.update(settings: new.prefill, stepTokens: new.promptStepTokens)
        paths.update(degradedFraction: new.paths.degradedFraction)
    }
}
