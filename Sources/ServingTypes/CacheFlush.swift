/// What became of a worker's prefix cache when it was told to drop it.
public struct CacheFlush: Hashable, Sendable {
    /// Cached KV blocks that nobody held, and that are free now.
    public var droppedBlocks: Int
    /// Cached KV blocks that stay because something holds them.
    public var keptBlocks: Int

    /// Counts blocks.
    public init(droppedBlocks: Int, keptBlocks: Int) {
        self.droppedBlocks = droppedBlocks
        self.keptBlocks = keptBlocks
    }
}
