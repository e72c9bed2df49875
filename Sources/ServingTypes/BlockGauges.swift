/// How many KV blocks of a pool are in which state; each block is counted once.
public struct BlockGauges: Hashable, Sendable {
    /// Holds nothing of use.
    public var free = 0
    /// Holds a prefix that may be reused or evicted.
    public var cached = 0
    /// Used by a sequence that is computed here.
    public var running = 0
    /// Reserved for KV that is on its way.
    public var reserved = 0
    /// Kept until a receiver has verified its copy.
    public var leased = 0
    /// Released, but a lane or step still touches it.
    public var quarantined = 0

    /// All zero.
    public init() {}

    /// Blocks of the pool.
    public var total: Int { free + cached + running + reserved + leased + quarantined }
    /// Blocks a new reservation may take.
    public var available: Int { free + cached }
}
