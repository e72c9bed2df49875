/// Bookkeeping of one KV block.
struct BlockRecord: Sendable {
    /// Marks the end of an intrusive list.
    static let noLink = UInt32.max

    var running: UInt32 = 0
    var reserved: UInt32 = 0
    var leased: UInt32 = 0
    var readingPins: UInt32 = 0
    var writingPins: UInt32 = 0
    /// Counts how often the block was handed out anew.
    var generation: UInt32 = 0
    /// Neighbours in the eviction list; meaningful only while the block is cached.
    var previous = Self.noLink
    var next = Self.noLink
    /// Whether it goes before other cached blocks when room is needed; set by whoever released it last.
    var isEvictedFirst = false
    /// Present while the block answers for its hash.
    var entry: PrefixEntry?

    var isHeld: Bool { running > 0 || reserved > 0 || leased > 0 }
    var isPinned: Bool { readingPins > 0 || writingPins > 0 }

    var state: BlockState {
        if running > 0 { return .running }
        if reserved > 0 { return .reserved }
        if leased > 0 { return .leased }
        if isPinned { return .quarantined }
        return entry == nil ? .free : .cached
    }

    subscript(reason: HoldReason) -> UInt32 {
        get {
            switch reason {
            case .running: running
            case .reserved: reserved
            case .leased: leased
            }
        }
        set {
            switch reason {
            case .running: running = newValue
            case .reserved: reserved = newValue
            case .leased: leased = newValue
            }
        }
    }

    subscript(access: PinAccess) -> UInt32 {
        get {
            switch access {
            case .reading: readingPins
            case .writing: writingPins
            }
        }
        set {
            switch access {
            case .reading: readingPins = newValue
            case .writing: writingPins = newValue
            }
        }
    }
}
