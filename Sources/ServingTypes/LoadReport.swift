/// Worker to router: its state after a change, coalesced to at most one in 50 ms.
public struct LoadReport: Hashable, Sendable {
    /// Rises by one with each report on this connection; a gap makes the router ask for a full report.
    public var sequence: UInt64
    /// Whether `addedBlocks` is everything the worker holds, rather than a change.
    public var isFull: Bool
    /// Sequences waiting for their first step.
    public var waiting: Int
    /// Sequences in prefill or decode.
    public var running: Int
    /// Prompt tokens not yet computed, of all accepted sequences.
    public var queuedTokens: Int
    /// How long a prompt that comes now would wait before it starts, in seconds, as the worker predicts: a long one.
    public var queuedSeconds = 0.0
    /// The same for one of at most ``shortTokens`` uncomputed tokens.
    public var shortQueuedSeconds = 0.0
    /// Up to so many uncomputed tokens a prompt is short.
    public var shortTokens = 0
    /// From such a rest on, in seconds, a running step of prompts yields to a short one; 0 when it never does.
    public var yieldSeconds = 0.0
    /// Most prompt tokens that it computes in one step, beside answers if it decodes; 0 when it does not cut prompts.
    public var stepTokens = 0
    /// Sequences that decode.
    public var decoding = 0
    /// Tokens that those hold.
    public var contextTokens = 0
    /// KV blocks that its running answers are expected to take beyond those that they hold.
    public var expectedGrowth = 0
    /// How long its steps take, fitted to those that it measured; `nil` until there were enough.
    public var fittedCost: CostCoefficients?
    /// The pool.
    public var blocks: BlockGauges
    /// Whether the worker refuses new work because it is to stop.
    public var isDraining: Bool
    /// Engine steps done since boot: a process whose counter stands still with work in hand is sick.
    public var progress: UInt64
    /// Measured ways to other workers.
    public var paths: [PathReport]
    /// Prefix blocks that became available since the last report.
    public var addedBlocks: [BlockHash]
    /// Prefix blocks that are gone since the last report.
    public var removedBlocks: [BlockHash]

    /// A full report of an idle worker.
    public init(
        sequence: UInt64 = 0,
        isFull: Bool = true,
        waiting: Int = 0,
        running: Int = 0,
        queuedTokens: Int = 0,
        blocks: BlockGauges = BlockGauges(),
        isDraining: Bool = false,
        progress: UInt64 = 0,
        paths: [PathReport] = [],
        addedBlocks: [BlockHash] = [],
        removedBlocks: [BlockHash] = []
    ) {
        self.sequence = sequence
        self.isFull = isFull
        self.waiting = waiting
        self.running = running
        self.queuedTokens = queuedTokens
        self.blocks = blocks
        self.isDraining = isDraining
        self.progress = progress
        self.paths = paths
        self.addedBlocks = addedBlocks
        self.removedBlocks = removedBlocks
    }
}
