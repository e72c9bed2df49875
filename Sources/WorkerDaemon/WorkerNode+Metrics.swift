internal import Logging
internal import Observability
internal import ServingCore
internal import ServingTypes

extension WorkerNode {
    /// Brings the gauges and totals up to date; called when metrics are read.
    func mirrorMetrics() {
        let (blocks, counters, counts, paths) = state.withLock { state in
            (state.core.blocks, state.core.counters, state.core.sequenceCounts, state.core.pathReports)
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
        totals.wireBytes = counters.wireBytes
        totals.damagedChunks = counters.damagedChunks
        totals.resentChunks = counters.resentChunks
        totals.fetches = counters.fetches
        totals.failedFetches = counters.failedFetches
        totals.servedFetches = counters.servedFetches
        totals.fetchedTokens = counters.fetchedTokens
        metrics.mirror(totals)
        metrics.mirror(paths: paths)
        metrics.mirror(lanes: laneCount)
    }

    /// Counts a part that is over.
    func count(_ ended: WorkEnded) {
        if let failure = ended.failure { metrics.partsFailed[failure.code].add(1) }
        let isSender = ended.report.transferBytes > 0 && settings.core.role == .prefill
        if isSender, ended.failure == nil { metrics.transferSeconds.observe(ended.report.transfer) }
    }

    /// The rate to a peer fell far below what is expected, or is back.
    func note(_ change: PathChange) {
        let metadata: Logger.Metadata = [
            "peer": "\(change.peer)",
            "bytes_per_second": "\(Int(change.bytesPerSecond))",
            "expected_bytes_per_second": "\(Int(change.expectedBytesPerSecond))",
        ]
        if change.isDegraded {
            metrics.pathDegradations.add(1)
            logger.warning("path.degraded", metadata: metadata)
        } else {
            logger.notice("path.recovered", metadata: metadata)
        }
    }
}
