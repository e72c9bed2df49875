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

    /// Lanes that were opened.
    public var lanes = 0
    /// Frames of probes that arrived.
    public var probeFrames = 0
    /// Links that were lost and came back for the same boots.
    public var reopenedLinks = 0
    /// Chunks that were cut off while they were written.
    public var tornChunks = 0
    /// Chunks whose bytes did not match their checksum.
    public var damagedChunks = 0
    /// Chunks that were given to a lane again.
    public var resentChunks = 0
    /// Chunks that landed through a lossy codec.
    public var lossyChunks = 0
    /// Cancels that came while a lane wrote into the attempt's blocks.
    public var cancelledWrites = 0
    /// Prefixes that were asked for.
    public var fetches = 0
    /// Fetches that ended early.
    public var failedFetches = 0
    /// Fetches whose source had nothing any more.
    public var missedFetches = 0
    /// Tokens whose KV was fetched.
    public var fetchedTokens = 0
    /// Fetches that were verified.
    public var servedFetches = 0
    /// Cached blocks that were dropped by order.
    public var flushedBlocks = 0
    /// Attempts that handed off a budget of their KV.
    public var reducedAttempts = 0
    /// Roles that workers have changed.
    public var roleChanges = 0
    /// Parts that gave way to others.
    public var preemptions = 0
    /// Blocks that running answers took beyond those of their admission.
    public var grownBlocks = 0
    /// Steps that ran between two layers of another.
    public var nestedSteps = 0
    /// Times that a step yielded to prompts.
    public var layerPreemptions = 0

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
        left.lanes += right.lanes
        left.probeFrames += right.probeFrames
        left.reopenedLinks += right.reopenedLinks
        left.tornChunks += right.tornChunks
        left.damagedChunks += right.damagedChunks
        left.resentChunks += right.resentChunks
        left.lossyChunks += right.lossyChunks
        left.cancelledWrites += right.cancelledWrites
        left.fetches += right.fetches
        left.failedFetches += right.failedFetches
        left.missedFetches += right.missedFetches
        left.fetchedTokens += right.fetchedTokens
        left.servedFetches += right.servedFetches
        left.flushedBlocks += right.flushedBlocks
        left.reducedAttempts += right.reducedAttempts
        left.roleChanges += right.roleChanges
        left.preemptions += right.preemptions
        left.grownBlocks += right.grownBlocks
        left.nestedSteps += right.nestedSteps
        left.layerPreemptions += right.layerPreemptions
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
        preemptions += other.preemptions
        moves += other.moves
        stale += other.stale
        conflicts += other.conflicts
        gaps += other.gaps
        violations += other.violations
        lostWorkers += other.lostWorkers
        lostReports += other.lostReports
    }
}
