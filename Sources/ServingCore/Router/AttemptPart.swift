import ServingTypes

/// One worker's share of an attempt, as the router sees it.
struct AttemptPart: Sendable {
    /// ```
    /// asked ──answer or tokens──▶ accepted ──▶ ended     by the worker's own word
    ///                                       ╲▶ dropped   lost, or taken back
    /// ```
    enum Status: Sendable { case asked, accepted, ended, dropped }

    let worker: WorkerRef
    var status = Status.asked
    /// What is still charged to the worker; nothing once the part is over.
    var charge: WorkerCharge
    var report: StageReport?

    init(worker: WorkerRef, charge: WorkerCharge) {
        self.worker = worker
        self.charge = charge
    }

    /// Whether the worker may still be working on it.
    var isLive: Bool { status == .asked || status == .accepted }

    /// Gives the charge back, once.
    mutating func takeCharge() -> [RequestEffect] {
        defer { charge = WorkerCharge() }
        return charge == WorkerCharge() ? [] : [.release(worker, charge)]
    }

    /// Gives back what the prompt was charged for: the worker has computed it.
    mutating func takeComputed() -> [RequestEffect] {
        guard charge.queuedTokens > 0 else { return [] }
        var computed = WorkerCharge()
        computed.queuedTokens = charge.queuedTokens
        computed.queuedShortTokens = charge.queuedShortTokens
        charge -= computed
        return [.release(worker, computed)]
    }
}
