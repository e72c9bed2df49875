/// How much KV a worker keeps: `kv_cache.block_count` or `kv_cache.memory`.
public enum KVCacheSize: Hashable, Sendable {
    /// That many blocks.
    case blocks(Int)
    /// As many blocks as fit into that many bytes.
    case memory(bytes: Int)

    /// Blocks of the pool, at least 1.
    ///
    /// - Parameter blockBytes: bytes of one block over all layers.
    public func blockCount(blockBytes: Int) -> Int {
        precondition(blockBytes > 0, "blockBytes is \(blockBytes)")
        switch self {
        case .blocks(let count): return count
        case .memory(let bytes): return max(1, bytes / blockBytes)
        }
    }
}
