import ServingTypes

/// What the balance of a pool must know of one worker.
struct PoolWorker: Sendable {
    var id: WorkerID
    var role: WorkerRole
    var cost: CostCoefficients
    /// Sequences that it decodes at once at most.
    var maxRunning: Int
    /// Tokens that its KV pool holds.
    var poolTokens: Int
    /// Until a prompt that comes now would start, in seconds.
    var queuedSeconds = 0.0
    /// Sequences in hand: what must end before it changes.
    var sequences = 0
    /// Blocks of its prefix cache, which serve the other role less well.
    var cachedBlocks = 0
    /// Roles that its certificate allows.
    var permitted: Set<WorkerRole> = [.prefill, .decode]
    var isDraining = false
    /// Since when it has its role; `nil` since it came.
    var roleSince: Timestamp?

    /// Prompts per second that it can prefill; `nil` when its costs are unknown.
    func prefillRate(_ demand: PoolDemand) -> Double? {
        let seconds = demand.prefill.seconds(cost)
        return seconds > 0 ? 1 / seconds : nil
    }

    /// Answers per second that it can decode with as full a batch as its memory allows, the prompts included that
    /// it prefills itself; `nil` when its costs are unknown.
    func decodeRate(_ demand: PoolDemand) -> Double? {
        guard demand.outputTokens > 0 else { return nil }
        let held = max(1, demand.contextTokens + demand.outputTokens)
        let batch = min(Double(max(1, maxRunning)), max(1, Double(poolTokens) / held))
        let context = demand.contextTokens + demand.outputTokens / 2
        let step = cost.e + cost.f * batch + cost.g * batch * context
        let seconds =
            demand.outputTokens * step / batch + (1 - demand.offloaded) * demand.local.seconds(cost)
        return seconds > 0 ? 1 / seconds : nil
    }

    func rate(_ role: WorkerRole, _ demand: PoolDemand) -> Double? {
        role == .prefill ? prefillRate(demand) : decodeRate(demand)
    }
}
