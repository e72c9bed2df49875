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
    /// Prompts of that which no report counts yet.
    var backlog = PromptBacklog()
    /// Roles that its certificate allows.
    var permittedRoles = Set(WorkerRole.allCases)
    /// Since when it has another role than it came with; `nil` when it has not.
    var roleSince: Timestamp?
    /// Which prompts it is meant for, as a prefill worker.
    var prefillClass = PrefillClass.any

    init(_ registration: WorkerRegistration) { self.registration = registration }

    var ref: WorkerRef { registration.address.worker }

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
        snapshot.seenAt = reportedAt ?? backlog.since ?? .zero
        snapshot.queuedSeconds = (queueEnd - snapshot.seenAt).inSeconds
        snapshot.shortQueuedSeconds = (shortQueueEnd - snapshot.seenAt).inSeconds
        snapshot.assignedSeconds = assignedSeconds
        snapshot.shortTokens = load?.shortTokens ?? 0
        snapshot.yieldSeconds = load?.yieldSeconds ?? 0
        snapshot.stepTokens = load?.stepTokens ?? 0
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

    /// Until a long prompt that comes now would start, in seconds.
    func queuedSeconds(now: Timestamp) -> Double { max(0, (queueEnd - now).inSeconds) }

    /// The same if nothing was computed of what it was sent and has not finished.
    func mostQueuedSeconds(now: Timestamp) -> Double { max(queuedSeconds(now: now), assignedSeconds) }

    /// What it was sent and has not finished.
    private var assignedSeconds: Double { seconds(toCompute: assigned.queuedTokens) }

    /// When all that it was sent will have been computed: what it reported, and what was sent since.
    private var queueEnd: Timestamp { end(of: load?.queuedSeconds, and: backlog.tokens(\.queuedTokens)) }

    /// The same of the short prompts, which wait for short ones only.
    private var shortQueueEnd: Timestamp {
        guard let load, load.shortTokens > 0 else { return queueEnd }
        return end(of: load.shortQueuedSeconds, and: backlog.tokens(\.queuedShortTokens))
    }

    private func end(of reported: Double?, and tokens: Int) -> Timestamp {
        let end = (reportedAt ?? .zero) + .fromSeconds(reported ?? 0)
        guard tokens > 0, let since = backlog.since else { return end }
        return max(end, since) + .fromSeconds(seconds(toCompute: tokens))
    }

    /// Of prompts whose contexts are not known here: without the cost of their attention.
    private func seconds(toCompute tokens: Int) -> Double {
        guard tokens > 0 else { return 0 }
        let alone = cost.computingSeconds(tokens: tokens)
        guard let load, load.decoding > 0, load.stepTokens > 0 else { return alone }
        let answers = cost.decodeStepSeconds(batch: load.decoding, contextTokens: load.contextTokens)
        let stepTokens = max(1, load.stepTokens - load.decoding)
        return alone + cost.cuttingSeconds(newTokens: tokens, stepTokens: stepTokens, answers: answers)
    }
}
