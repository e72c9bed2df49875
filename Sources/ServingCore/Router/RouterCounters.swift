/// What a router's core did since it started; never falls.
public struct RouterCounters: Hashable, Sendable {
    /// Requests that came.
    public var submitted = 0
    /// Requests that finished.
    public var finished = 0
    /// Requests that failed.
    public var failed = 0
    /// Requests that the shell gave up.
    public var cancelled = 0
    /// Placements.
    public var attempts = 0
    /// Attempts that failed and were replaced or were the last.
    public var failedAttempts = 0
    /// Attempts that a worker refused.
    public var refusals = 0
    /// Attempts that a worker gave back to make room.
    public var preemptions = 0
    /// Attempts that were ordered to another worker.
    public var moves = 0
    /// Values from workers about work that is no longer theirs; dropped.
    public var stale = 0
    /// Repeated tokens that differ from what was emitted.
    public var conflicts = 0
    /// Token batches that skipped an index.
    public var gaps = 0
    /// Other values that contradict an attempt's state.
    public var violations = 0
    /// Workers whose connection closed or whose boot was replaced.
    public var lostWorkers = 0
    /// Load reports that did not follow the one before.
    public var lostReports = 0
    /// Changes of workers' roles that were ordered.
    public var roleChanges = 0

    /// All zero.
    public init() {}
}
