/// Totals that a router's core keeps itself.
public struct RouterTotals: Hashable, Sendable {
    /// Requests that came.
    public var submitted = 0
    /// Placements.
    public var attempts = 0
    /// Placements that a worker refused.
    public var refusals = 0
    /// Attempts that a worker gave back to make room.
    public var preemptions = 0
    /// Running answers that were ordered to another worker.
    public var moves = 0
    /// Values from workers about work that is no longer theirs.
    public var stale = 0
    /// Repeated tokens that differ from what was emitted.
    public var conflicts = 0
    /// Token batches that skipped an index.
    public var gaps = 0
    /// Other values that contradict an attempt's state.
    public var violations = 0
    /// Workers whose connection closed or that started anew.
    public var lostWorkers = 0
    /// Load reports that did not follow the one before.
    public var lostReports = 0

    /// All zero.
    public init() {}
}
