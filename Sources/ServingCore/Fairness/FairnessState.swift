import ServingTypes

/// What a router keeps for fairness beside its waiting queue.
struct FairnessState: Sendable {
    var ledger = DispatchLedger()
    var tenants: TenantBook
    var lengths: OutputLengthPredictor
    var drain = DrainMeter()
    /// Requests refused before any worker saw them.
    var refused: [RefusalReason: Int] = [:]
    /// Tokens of the longest sequence that a worker of each role could ever hold.
    var largest: [WorkerRole: Int] = [:]
    /// Until when further, larger workers are expected to register.
    var settledAt = Timestamp.zero
    /// Cost of a prompt on the fastest worker seen.
    var fastest: CostCoefficients?
    /// Until when load reports are no occasion to try deferred requests again.
    var pausedUntil = Timestamp.zero

    /// Goes on with other settings.
    mutating func update(settings: FairnessSettings, now: Timestamp) {
        tenants.update(settings: settings, now: now)
        lengths.quantile = settings.outputQuantile
    }

    init(settings: FairnessSettings) {
        tenants = TenantBook(settings: settings)
        lengths = OutputLengthPredictor(quantile: settings.outputQuantile)
    }
}
