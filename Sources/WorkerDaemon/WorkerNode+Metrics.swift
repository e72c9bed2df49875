internal import Logging
internal import Observability
internal import ServingCore
internal import ServingTypes

extension WorkerNode {
    /// Brings the gauges and totals up to date; called when metrics are read.
    func mirrorMetrics() {
        let (blocks, counters, counts, paths, leases, headroom, prefill) = state.withLock { state in
            let core = state.core
            return (
                core.blocks, core.counters, core.sequenceCounts, core.pathReports, core.leases,
                core.blockHeadroom, core.prefillFigures
            )
        }
        metrics.mirror(blocks)
        metrics.headroom.set(headroom)
        metrics.sequencesWaiting.set(counts.waiting)
        metrics.sequencesRunning.set(counts.running)
        metrics.process.certificateExpiry.set(Double(identity.expiryUnixSeconds))
        var totals = WorkerTotals()
        totals.stale = counters.stale
        totals.discardedChunks = counters.discardedChunks
        totals.unauthorized = counters.unauthorized
        totals.preemptions = counters.preemptions
        totals.grownBlocks = counters.grownBlocks
        totals.hitTokens = counters.hitTokens
        totals.queriedTokens = counters.queriedTokens
        totals.wireBytes = counters.wireBytes
        totals.damagedChunks = counters.damagedChunks
        totals.resentChunks = counters.resentChunks
        totals.fetches = counters.fetches
        totals.failedFetches = counters.failedFetches
        totals.servedFetches = counters.servedFetches
        totals.fetchedTokens = counters.fetchedTokens
        totals.layerPreemptions = counters.layerPreemptions
        totals.nestedSteps = counters.nestedSteps
        metrics.mirror(totals)
        metrics.mirror(paths: paths)
        metrics.mirror(lanes: laneCount)
        mirror(leases)
        mirror(prefill)
        for codec in KVCodec.allCases {
            metrics.transferBytes[.sent, codec].set(total: counters.sent[codec])
            metrics.transferBytes[.received, codec].set(total: counters.received[codec])
        }
    }

    private func mirror(_ leases: WorkerCore.LeaseCounts) {
        metrics.leases[.handOffSent].set(leases.handOffSent)
        metrics.leases[.handOffAwaited].set(leases.handOffAwaited)
        metrics.leases[.fetchServed].set(leases.fetchServed)
        metrics.leases[.fetchAwaited].set(leases.fetchAwaited)
        metrics.leases[.offerParked].set(leases.offerParked)
    }

    private func mirror(_ prefill: PrefillFigures) {
        metrics.prefillBoundary.set(prefill.boundaryTokens)
        metrics.prefillWindow.set(prefill.window.inSeconds)
        metrics.prefillWindows.set(total: prefill.windowCount)
        metrics.prefillTurns[.short].set(total: prefill.shortTurns)
        metrics.prefillTurns[.long].set(total: prefill.longTurns)
    }

    /// Compares the times of a step with what they were expected to be.
    func count(_ step: FinishedStep) {
        if step.yielded > .zero { metrics.preemptedSeconds.observe(step.yielded) }
        guard step.predicted > .zero else { return }
        metrics.stepTimes.observe(step.kind.label, predicted: step.predicted, measured: step.measured)
    }

    /// Counts a prompt whose first step is planned.
    func count(_ start: PromptStart) { metrics.prefillWait[start.promptClass].observe(start.wait) }

    /// Counts a part that is over.
    func count(_ ended: WorkEnded) {
        if let failure = ended.failure, failure.code != .preempted {
            metrics.partFailures[failure.code].add()
        }
    }

    /// Counts one side of a transfer that has succeeded.
    func count(_ done: TransferDone) {
        let direction: TransferDirection = done.isSent ? .sent : .received
        metrics.transferSeconds[direction, done.codec].observe(done.elapsed)
        metrics.transferSize[direction, done.codec].observe(done.bytes)
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

extension StepFootprint.Kind {
    /// The same in metrics.
    var label: EngineStepKind {
        switch self {
        case .prefill: .prefill
        case .decode: .decode
        case .mixed: .mixed
        }
    }
}
