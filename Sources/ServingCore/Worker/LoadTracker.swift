import ServingTypes

/// When the next load report is due, and its number.
struct LoadTracker: Sendable {
    let interval: Duration
    private(set) var sequence: UInt64 = 0
    private var lastReport: LoadReport?
    private var lastAt: Timestamp?

    init(interval: Duration) { self.interval = interval }

    /// Whether enough time has passed since the last report.
    func isDue(now: Timestamp) -> Bool { lastAt.map { now - $0 >= interval } ?? true }

    /// Numbers `report` if it differs from the last one; O(paths + changed blocks).
    mutating func next(_ report: LoadReport, now: Timestamp) -> LoadReport? {
        var report = report
        report.sequence = sequence
        if let lastReport, lastReport == report, report.addedBlocks.isEmpty, report.removedBlocks.isEmpty {
            return nil
        }
        return number(report, now: now)
    }

    /// Numbers `report` in any case.
    mutating func number(_ report: LoadReport, now: Timestamp) -> LoadReport {
        var report = report
        sequence += 1
        report.sequence = sequence
        lastReport = report
        lastAt = now
        return report
    }
}
