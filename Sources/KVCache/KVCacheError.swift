/// Why the block pool could not serve a request.
public enum KVCacheError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Too few blocks are free or evictable now; counts are blocks.
    case outOfBlocks(needed: Int, free: Int)
    /// The sequence would not fit an empty pool; counts are tokens.
    case sequenceTooLong(tokens: Int, limit: Int)

    /// What happened, with numbers, and what to do.
    public var description: String {
        switch self {
        case .outOfBlocks(let needed, let free):
            "request needs \(needed) KV blocks, \(free) are free: retry later, or raise kv_cache.block_count"
        case .sequenceTooLong(let tokens, let limit):
            "sequence needs KV for \(tokens) tokens, this worker holds \(limit) in all: "
                + "shorten the prompt or max_tokens, or raise kv_cache.block_count"
        }
    }
}
