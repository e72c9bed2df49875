import ServingTypes

/// What the router keeps of one worker.
struct WorkerEntry: Sendable {
    let registration: WorkerRegistration
    var load: LoadReport?
    /// Sequence number of the report that must come next; `nil` until a full one comes.
    var nextReport: UInt64?
    /// Reports so far, over all connections: what ends the avoidance of a worker.
    var reportCount: UInt64 = 0
    /// What this router has assigned and not seen finished.
    var assigned = WorkerCharge()

    init(_ registration: WorkerRegistration) { self.registration = registration }

    var ref: WorkerRef { registration.address.worker }

    /// Changes what is assigned to it.
    mutating func charge(_ change: (inout WorkerCharge) -> Void) { change(&assigned) }

    var status: WorkerStatus {
        WorkerStatus(
            registration: registration,
            load: load,
            assigned: assigned,
            isResyncing: nextReport == nil
        )
    }

    /// What placement sees: of report and own books whichever says more, as each may lag behind the other.
    var snapshot: WorkerSnapshot {
        var snapshot = WorkerSnapshot(registration)
        snapshot.queuedTokens = max(load?.queuedTokens ?? 0, assigned.queuedTokens)
        snapshot.sequences = max(load.map { $0.waiting + $0.running } ?? 0, assigned.sequences)
        snapshot.usedBlocks = max(load.map { $0.blocks.total - $0.blocks.available } ?? 0, assigned.blocks)
        snapshot.isDraining = load?.isDraining ?? false
        return snapshot
    }
}
