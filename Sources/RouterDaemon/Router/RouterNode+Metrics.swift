internal import Observability
internal import ServingCore
internal import ServingTypes
internal import Transport

extension RouterNode {
    /// Brings the gauges and totals up to date; called when metrics are read.
    ///
    /// The lock is held for a walk over the workers and a look at the links' table; all else is done after it.
    func mirrorMetrics() {
        var workers: [WorkerFigures] = []
        let (counters, waiting, running, links, pools) = state.withLock { state in
            state.core?.forEachWorker { workers.append(WorkerFigures($0, $1)) }
            let core = state.core
            return (
                core?.counters ?? RouterCounters(), core?.waitingCount ?? 0, core?.inFlight ?? 0,
                core?.linkTable, core?.pools ?? PoolsReport()
            )
        }
        metrics.requestsWaiting.set(waiting)
        metrics.requestsRunning.set(running - waiting)
        metrics.mirror(RouterTotals(counters))
        metrics.pools.show(pools)
        metrics.mirror(workers: workers, links: links?.summaries().map(LinkFigures.init) ?? [])
        mirrorFairness()
        metrics.process.certificateExpiry.set(Double(identity.expiryUnixSeconds))
    }

    /// Counts tokens on their way to a client; several that come at once share the time since the last.
    func countTokens(_ count: Int, since last: Timestamp?, submittedAt: Timestamp, now: Timestamp) {
        metrics.generationTokens.add(count)
        guard let last else {
            metrics.latency.timeToFirstToken.observe(now - submittedAt)
            return
        }
        metrics.latency.interToken.observe((now - last) / count, count: count)
    }
}

extension RouterMetrics {
    /// Counts a placement, by the part of the worker that computes the prompt.
    func count(_ assignment: Assignment) {
        let kind: PlanKind
        switch assignment.part {
        case .prefill: kind = .pair
        case .whole: kind = .whole
        case .decode: return
        }
        if assignment.attempt.number > 1 { retries.add() }
        plans[assignment.fetch == nil ? kind : .fetched].add()
        if kind == .pair || assignment.fetch != nil { planCodecs[assignment.codec].add() }
    }

    /// Counts an answer of the client API.
    func count(_ route: ClientRoute, status: Int) { httpRequests[route, AnswerStatus(code: status)].add() }
}

extension RouterTotals {
    /// The core's counters in the form in which they are shown.
    init(_ counters: RouterCounters) {
        self.init()
        submitted = counters.submitted
        attempts = counters.attempts
        refusals = counters.refusals
        preemptions = counters.preemptions
        moves = counters.moves
        stale = counters.stale
        conflicts = counters.conflicts
        gaps = counters.gaps
        violations = counters.violations
        lostWorkers = counters.lostWorkers
        lostReports = counters.lostReports
    }
}

extension WorkerFigures {
    fileprivate init(_ registration: WorkerRegistration, _ load: LoadReport?) {
        self.init(worker: registration.address.worker.id, role: registration.role)
        guard let load else { return }
        waiting = load.waiting
        running = load.running
        queuedTokens = load.queuedTokens
        blocks = load.blocks
        isDraining = load.isDraining
    }
}

extension LinkFigures {
    fileprivate init(_ summary: LinkSummary) {
        self.init(
            from: summary.from,
            to: summary.to,
            bytesPerSecond: summary.bytesPerSecond,
            shareBytesPerSecond: summary.shareBytesPerSecond,
            roundTrip: summary.roundTrip,
            inFlightBytes: summary.inFlightBytes,
            isDegraded: summary.isDegraded
        )
    }
}
