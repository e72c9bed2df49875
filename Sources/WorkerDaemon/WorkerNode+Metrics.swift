internal import Observability
internal import ServingCore
internal import ServingTypes

extension WorkerNode {
    /// Brings the gauges and totals up to date; called when metrics are read.
    func mirrorMetrics() {
        let (blocks, counters, counts) = state.withLock { state in
            (state.core.blocks, state.core.counters, state.core.sequenceCounts)
        }
        metrics.mirror(blocks)
        metrics.sequencesWaiting.set(counts.waiting)
        metrics.sequencesRunning.set(counts.running)
        metrics.process.certificateExpiry.set(Double(identity.expiryUnixSeconds))
        var totals = WorkerTotals()
        totals.stale = counters.stale
        totals.discardedChunks = counters.discardedChunks
        totals.unauthorized = counters.unauthorized
        totals.hitTokens = counters.hitTokens
        totals.sentBytes = counters.sentBytes
        totals.receivedBytes = counters.receivedBytes
        metrics.mirror(totals)
    }

    /// Counts a part that is over.
    func count(_ ended: WorkEnded) {
        if let failure = ended.failure { metrics.partsFailed[failure.code].add(1) }
        let isSender = ended.report.transferBytes > 0 && settings.core.role == .prefill
        if isSender, ended.failure == nil { metrics.transferSeconds.observe(ended.report.transfer) }
    }
}
