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
    /// KV payload bytes that were given to lanes.
    public var sentBytes = 0
    /// KV payload bytes that have landed here.
    public var receivedBytes = 0

    /// All zero.
    public init() {}
}
