import KVCache
import ServingTypes

extension WorkerCore {
    /// Most prefix blocks that a full report names, in the order of the pool; the rest of a larger cache is found at use.
    static let maxReportedBlocks = 200_000

    /// A report for all routers when something changed and the last one is old enough.
    public mutating func takeLoad(now: Timestamp) -> LoadReport? {
        guard load.isDue(now: now) else { return nil }
        return load.next(changedLoad(now: now), now: now)
    }

    /// A report that does not wait: what follows it depends on it.
    mutating func reportLoad(now: Timestamp) -> LoadReport { load.number(changedLoad(now: now), now: now) }

    private mutating func changedLoad(now: Timestamp) -> LoadReport {
        var report = currentLoad(now: now)
        let changes = pool.takeChanges()
        if changes.overflowed {
            report.isFull = true
            report.addedBlocks = Array(pool.publishedHashes.prefix(Self.maxReportedBlocks))
        } else {
            report.isFull = false
            report.addedBlocks = changes.added
            report.removedBlocks = changes.removed
        }
        return report
    }

    /// A full report for one router that is new or missed one; later reports continue from its number.
    public func fullLoad() -> LoadReport {
        var report = currentLoad(now: prefill.seenAt)
        report.sequence = load.sequence
        report.addedBlocks = Array(pool.publishedHashes.prefix(Self.maxReportedBlocks))
        return report
    }

    /// What is known of the paths to other workers; O(sequences + paths · log paths).
    public var pathReports: [PathReport] {
        var waiting: [WorkerID: Int] = [:]
        for transfer in sequences.values.compactMap(\.sender) + served.values.map(\.transfer) {
            waiting[transfer.receiver.worker.id, default: 0] += transfer.waitingBytes
        }
        return paths.reports().map { path in
            var path = path
            path.waitingBytes = waiting[path.peer] ?? 0
            return path
        }
    }

    private func currentLoad(now: Timestamp) -> LoadReport {
        var report = LoadReport(
            waiting: waiting.count,
            running: sequences.count - waiting.count,
            queuedTokens: (waiting + prefilling).reduce(0) { $0 + (sequences[$1]?.uncomputedTokens ?? 0) },
            blocks: pool.counts,
            isDraining: refusesWork,
            progress: stepCount,
            paths: pathReports
        )
        let waits = promptWaits(now: now)
        (report.queuedSeconds, report.shortQueuedSeconds) = (waits.long.inSeconds, waits.short.inSeconds)
        let model = PrefillModel(cost: schedulingCost)
        let isLengthAware = settings.prefill.policy == .lengthAware
        report.shortTokens = isLengthAware ? settings.prefill.boundary(model) - 1 : 0
        report.yieldSeconds = yieldingRest?.inSeconds ?? 0
        let holdTokens = prefill.holdTokens(model)
        report.stepTokens = role == .prefill ? holdTokens : min(holdTokens, settings.stepTokens)
        report.decoding = decoding.count
        report.expectedGrowth = expectedGrowth
        report.fittedCost = fit.fitted
        report.contextTokens = decoding.reduce(0) { $0 + (sequences[$1]?.computedTokens ?? 0) }
        return report
    }
}
