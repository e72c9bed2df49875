/// How many blocks of a pool are in each state; their sum is the size of the pool.
///
/// A block with several holds counts once: running before reserved before leased before quarantined.
public struct BlockCounts: Hashable, Sendable {
    /// Empty blocks.
    public internal(set) var free = 0
    /// Prefix cache entries that nobody holds: reusable, and evictable when free blocks run out.
    public internal(set) var cached = 0
    /// Blocks of sequences that are being computed.
    public internal(set) var running = 0
    /// Blocks waiting for KV from a peer or for their sequence to start.
    public internal(set) var reserved = 0
    /// Blocks owed to a peer.
    public internal(set) var leased = 0
    /// Blocks that nobody holds but a lane still reads or writes.
    public internal(set) var quarantined = 0

    /// Blocks that a new sequence can get: free and evictable.
    public var available: Int { free + cached }

    /// All blocks.
    public var total: Int { free + cached + running + reserved + leased + quarantined }

    subscript(state: BlockState) -> Int {
        get {
            switch state {
            case .free: free
            case .cached: cached
            case .running: running
            case .reserved: reserved
            case .leased: leased
            case .quarantined: quarantined
            }
        }
        set {
            switch state {
            case .free: free = newValue
            case .cached: cached = newValue
            case .running: running = newValue
            case .reserved: reserved = newValue
            case .leased: leased = newValue
            case .quarantined: quarantined = newValue
            }
        }
    }
}
