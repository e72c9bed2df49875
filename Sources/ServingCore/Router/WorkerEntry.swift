import ServingTypes

/// What the router keeps of one worker.
struct WorkerEntry: Sendable {
    var registration: WorkerRegistration
    var load: LoadReport?
    /// When it came.
    var reportedAt: Timestamp?
    /// Whether an operator wants nothing new placed on it.
    var isCordoned = false
    /// Sequence number of the report that must come next; `nil` until a full one comes.
    var nextReport: UInt64?
    /// Reports so far, over all connections: what ends the avoidance of a worker.
    var reportCount: UInt64 = 0
    /// What this router has assigned and not seen finished.
    var assigned = WorkerCharge()
    /// Roles that its certificate allows.
    var permittedRoles = Set(WorkerRole.allCases)
    /// Since when it has another role than it came with; `nil` when it has not.
    var roleSince: Timestamp?
    /// Which prompts it is meant for, as a prefill worker.
    var prefillClass = PrefillClass.any

    init(_ registration: WorkerRegistration) { self.registration = registration }

    var ref: WorkerRef { registration.address.worker }

    /// Changes what is assigned to it.
    mutating func charge(_ change: (inout WorkerCharge) -> Void) { change(&assigned) }

    var status: WorkerStatus {
        WorkerStatus(
            registration: registration,
            load: load,
            assigned: assigned,
            isResyncing: nextReport == nil,
            reportedAt: reportedAt,
            isCordoned: isCordoned,
            cost: cost
        )
    }

    /// Tells placement what has changed: of report and own books whichever says more, as each may lag behind the
    /// other.
    func describe(to snapshot: inout WorkerSnapshot) {
        snapshot.role = registration.role
        snapshot.cost = cost
        snapshot.queuedTokens = max(load?.queuedTokens ?? 0, assigned.queuedTokens)
        snapshot.queuedSeconds = queuedSeconds
        snapshot.sequences = sequences
        snapshot.decodingTokens = decodingTokens
        // What running answers will come to need is as good as used.
        let used = load.map { $0.blocks.total - $0.blocks.available + $0.expectedGrowth } ?? 0
        snapshot.usedBlocks = max(used, assigned.blocks)
        snapshot.isDraining = !takesWork
        snapshot.prefillClass = prefillClass
    }

    /// Whether it is given new work.
    var takesWork: Bool { !isCordoned && load?.isDraining != true }

    /// What placement sees.
    var snapshot: WorkerSnapshot {
        var snapshot = WorkerSnapshot(registration)
        describe(to: &snapshot)
        return snapshot
    }

    /// Tokens that its sequences hold once all of them decode, judged by those that do; `nil` before any report.
    private var decodingTokens: Int? {
        load.map { $0.decoding > 0 ? $0.contextTokens * max($0.decoding, sequences) / $0.decoding : 0 }
    }

    /// How long its steps take, as far as it is known.
    var cost: CostCoefficients { load?.fittedCost ?? registration.cost }

    /// Sequences in hand, by report or own books.
    var sequences: Int { max(load.map { $0.waiting + $0.running } ?? 0, assigned.sequences) }

    /// Until a prompt that comes now would start, in seconds.
    var queuedSeconds: Double {
        let queued = max(load?.queuedTokens ?? 0, assigned.queuedTokens)
        let computed = queued > 0 ? cost.a + max(cost.m, cost.b * Double(queued)) : 0
        return max(load?.queuedSeconds ?? 0, computed)
    }
}
