internal import Observability
internal import ServingCore
internal import ServingTypes
internal import Transport

extension RouterNode {
    /// Brings the gauges and totals up to date; called when metrics are read.
    func mirrorMetrics() {
        let (workers, counters, waiting, running) = state.withLock { state in
            let core = state.core
            return (
                core?.workers ?? [], core?.counters ?? RouterCounters(), core?.waitingCount ?? 0,
                core?.inFlight ?? 0
            )
        }
        for role in WorkerRole.allCases {
            metrics.workers[role].set(workers.count { $0.registration.role == role })
        }
        metrics.requestsWaiting.set(waiting)
        metrics.requestsRunning.set(running - waiting)
        metrics.mirror(RouterTotals(counters))
        let paths = workers.map { $0.load?.paths ?? [] }
        metrics.mirror(
            pathCount: paths.reduce(0) { $0 + $1.count },
            degradedCount: paths.reduce(0) { $0 + $1.count(where: \.isDegraded) }
        )
        metrics.process.certificateExpiry.set(Double(identity.expiryUnixSeconds))
    }

    /// Counts a request that has ended and whose reports are in.
    func count(_ record: RequestRecord) {
        metrics.promptTokens.add(record.promptTokens)
        guard let attempt = record.attempts.last else { return }
        metrics.prefixHitTokens.add((attempt.prefillReport ?? attempt.decodeReport)?.hitTokens ?? 0)
        guard case .finished = record.outcome else { return }
        metrics.endToEnd.observe(record.elapsed)
        if let tpot = record.tpot { metrics.timePerOutputToken.observe(tpot) }
        if let gap = record.gap, attempt.chosen.plan.prefill != nil { metrics.handOffGap.observe(gap) }
    }

    /// Counts tokens on their way to a client; several that come at once share the time since the last.
    func countTokens(_ count: Int, since last: Timestamp?, submittedAt: Timestamp, now: Timestamp) {
        metrics.generationTokens.add(count)
        guard let last else {
            metrics.timeToFirstToken.observe(now - submittedAt)
            return
        }
        for _ in 0..<count { metrics.interToken.observe((now - last) / count) }
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
        plans[assignment.fetch == nil ? kind : .fetched].add(1)
        if kind == .pair || assignment.fetch != nil { planCodecs[assignment.codec].add(1) }
    }
}

extension RouterTotals {
    /// The core's counters in the form in which they are shown.
    init(_ counters: RouterCounters) {
        self.init()
        submitted = counters.submitted
        finished = counters.finished
        failed = counters.failed
        cancelled = counters.cancelled
        attempts = counters.attempts
        failedAttempts = counters.failedAttempts
        refusals = counters.refusals
        stale = counters.stale
        conflicts = counters.conflicts
        gaps = counters.gaps
        violations = counters.violations
        lostWorkers = counters.lostWorkers
        lostReports = counters.lostReports
    }
}
