import ServingTypes

/// What ends a worker's service for a while: drains, and the loss of its cache.
extension WorkerCore {
    /// Whether the last work of a worker that is drained has ended.
    ///
    /// From then on it serves no further fetch and keeps no offer, so that what it owes can only become less: once
    /// it owed nothing it may be stopped at any time until it takes work again.
    var isWindingUp: Bool { isDraining && sequences.isEmpty && doomed.isEmpty }

    /// Drops the cached blocks that nobody holds; what is computed or sent loses nothing.
    mutating func flushCache(for router: RouterKey) {
        let dropped = pool.flush()
        let flush = CacheFlush(droppedBlocks: dropped, keptBlocks: pool.publishedCount)
        outbox.append(.cacheFlushed(router, flush))
    }
}
