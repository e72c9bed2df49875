/// Totals that a worker's core keeps itself.
public struct WorkerTotals: Hashable, Sendable {
    /// Messages about attempts that are over, or that a later attempt replaced.
    public var stale = 0
    /// Chunks that came for blocks no longer reserved.
    public var discardedChunks = 0
    /// Messages and chunks without the right grant or from the wrong worker.
    public var unauthorized = 0
    /// Prompt tokens found in the prefix cache.
    public var hitTokens = 0
    /// Prompt tokens looked up in the prefix cache.
    public var queriedTokens = 0
    /// Bytes of chunks as lanes sent them, after any codec.
    public var wireBytes = 0
    /// Chunks that came damaged.
    public var damagedChunks = 0
    /// Chunks that were given to a lane again.
    public var resentChunks = 0
    /// Prefixes that were asked of other workers.
    public var fetches = 0
    /// Fetches that ended early.
    public var failedFetches = 0
    /// Fetches that were served to other workers.
    public var servedFetches = 0
    /// Prompt tokens whose KV was fetched.
    public var fetchedTokens = 0
    /// Running answers that gave way to others.
    public var preemptions = 0
    /// Blocks that running answers took beyond those of their admission.
    public var grownBlocks = 0

    /// Times that a step yielded to prompts at a layer boundary.
    public var layerPreemptions = 0
    /// Steps that ran between two layers of another.
    public var nestedSteps = 0

    /// All zero.
    public init() {}
}
