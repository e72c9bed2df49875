import ServingTypes

/// What placement sees of one worker: its own report and what was assigned to it since.
public struct WorkerSnapshot: Sendable {
    /// The worker and its boot.
    public var ref: WorkerRef
    /// What it does.
    public var role: WorkerRole
    /// How long its steps take.
    public var cost: CostCoefficients
    /// Longest sequence in tokens.
    public var contextTokens: Int
    /// KV blocks of its pool.
    public var blockCount: Int
    /// Blocks that a new reservation cannot take.
    public var usedBlocks = 0
    /// Prompt tokens accepted and not yet computed.
    public var queuedTokens = 0
    /// Sequences accepted and not over.
    public var sequences = 0
    /// Sequences that it runs at once at most.
    public var maxRunning: Int
    /// Whether it takes no new work.
    public var isDraining = false
    /// Its measured ways to decode workers; looked up, never walked.
    public var paths: [WorkerID: PathReport] = [:]

    /// An idle worker as it registered.
    public init(_ registration: WorkerRegistration) {
        ref = registration.address.worker
        role = registration.role
        cost = registration.cost
        contextTokens = registration.contextTokens
        blockCount = registration.blockCount
        maxRunning = registration.maxRunning
    }

    /// Blocks that a new reservation may take.
    public var freeBlocks: Int { max(0, blockCount - usedBlocks) }
}
