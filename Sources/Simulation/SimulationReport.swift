import ServingCore
import ServingTypes

/// What happened in one run without violation.
public struct SimulationReport: Hashable, Sendable {
    /// The run.
    public var seed: UInt64
    /// Simulated time at which nothing was left to happen.
    public var endedAt = Timestamp.zero
    /// Events that happened.
    public var events = 0
    /// Digest over all events in order: equal for equal seeds.
    public var digest: UInt64 = 0
    /// Faults that were injected.
    public var faults = FaultCounts()
    /// Requests that finished.
    public var finished = 0
    /// Requests that failed because of faults.
    public var failed = 0
    /// Requests that failed because no worker could ever hold them.
    public var oversize = 0
    /// Requests given up.
    public var cancelled = 0
    /// Output tokens delivered.
    public var tokens = 0
    /// What the router counted.
    public var router = RouterCounters()
    /// Requests whose KV crossed from one worker to another.
    public var handOffs = 0
    /// Requests that were prefilled where they were decoded.
    public var locals = 0
    /// Chunks that landed, and chunks that a receiver sent to its scratch sink.
    public var landedChunks = 0
    /// Discarded chunks.
    public var discardedChunks = 0
    /// Prompt tokens found in prefix caches.
    public var hitTokens = 0
    /// Stale or foreign values that workers dropped.
    public var staleAtWorkers = 0

    /// An empty report.
    public init(seed: UInt64) { self.seed = seed }

    /// Adds up the counts of two runs; seed, end and digest stay.
    public static func += (left: inout Self, right: Self) {
        left.events += right.events
        left.faults += right.faults
        left.finished += right.finished
        left.failed += right.failed
        left.oversize += right.oversize
        left.cancelled += right.cancelled
        left.tokens += right.tokens
        left.router.add(right.router)
        left.handOffs += right.handOffs
        left.locals += right.locals
        left.landedChunks += right.landedChunks
        left.discardedChunks += right.discardedChunks
        left.hitTokens += right.hitTokens
        left.staleAtWorkers += right.staleAtWorkers
    }
}

extension RouterCounters {
    fileprivate mutating func add(_ other: Self) {
        submitted += other.submitted
        finished += other.finished
        failed += other.failed
        cancelled += other.cancelled
        attempts += other.attempts
        failedAttempts += other.failedAttempts
        refusals += other.refusals
        stale += other.stale
        conflicts += other.conflicts
        gaps += other.gaps
        violations += other.violations
        lostWorkers += other.lostWorkers
        lostReports += other.lostReports
    }
}
