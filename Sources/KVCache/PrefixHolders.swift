/// Who holds a block: up to three workers in one word, or the number of a set.
///
/// ```
/// 63    62       61…48   47…32        31…16        15…0
/// used  is a set  –      worker + 1   worker + 1   worker + 1     (0: no worker)
///                        –            set number
/// ```
struct PrefixHolders: Equatable, Sendable {
    private static let usedBit: UInt64 = 1 << 63
    private static let setBit: UInt64 = 1 << 62
    /// Workers that need no set.
    static let inlineLimit = 3
    /// Largest worker number.
    static let maxWorker = Int(UInt16.max) - 1

    private var word: UInt64 = 0

    init() {}

    /// Refers to a set, and is marked as used.
    init(set: UInt32) { word = Self.usedBit | Self.setBit | UInt64(set) }

    /// Whether it was inserted again, or found by a lookup, since this was last cleared.
    var isUsed: Bool {
        get { word & Self.usedBit != 0 }
        set { word = newValue ? word | Self.usedBit : word & ~Self.usedBit }
    }

    /// Whether nobody holds the block: then its entry is free.
    var isEmpty: Bool { word & ~Self.usedBit == 0 }

    /// The set's number; `nil` when the workers are in the word itself.
    var set: UInt32? { word & Self.setBit == 0 ? nil : UInt32(truncatingIfNeeded: word) }

    /// Whether the same workers hold two blocks, as far as the words tell.
    func names(sameAs other: Self) -> Bool { (word ^ other.word) & ~Self.usedBit == 0 }

    /// Calls `body` with every worker in the word.
    @inline(__always) func forEachInline(_ body: (Int) -> Void) {
        var rest = word & 0xffff_ffff_ffff
        while rest != 0 {
            body(Int(rest & 0xffff) - 1)
            rest >>= 16
        }
    }

    func containsInline(_ worker: Int) -> Bool {
        let name = UInt64(worker + 1)
        return word & 0xffff == name || word >> 16 & 0xffff == name || word >> 32 & 0xffff == name
    }

    /// Adds a worker that is not in the word; `false` when there is no room.
    mutating func insertInline(_ worker: Int) -> Bool {
        guard word >> 32 & 0xffff == 0 else { return false }
        let flags = word & Self.usedBit
        word = (word << 16 & 0xffff_ffff_ffff) | UInt64(worker + 1) | flags
        return true
    }

    /// Takes a worker out of the word, if it is there.
    mutating func removeInline(_ worker: Int) {
        var kept = Self()
        forEachInline { if $0 != worker { _ = kept.insertInline($0) } }
        kept.isUsed = isUsed
        self = kept
    }
}
