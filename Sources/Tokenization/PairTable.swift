/// Maps a pair of 32-bit symbols to a 64-bit value; the inner loop of tokenizing.
///
/// Open addressing with linear probing at most half full: a look-up is one or two cache lines.
struct PairTable: Sendable {
    private struct Slot {
        var key: UInt64
        var value: UInt64
    }

    /// What a pair without entry maps to.
    static let none = UInt64.max

    private var slots: [Slot]
    private var shift: UInt64
    private var count = 0

    init(capacity: Int) {
        let slotCount = max(16, (2 * capacity).roundedUpToPowerOfTwo)
        slots = Array(repeating: Slot(key: Self.none, value: Self.none), count: slotCount)
        shift = UInt64(64 - slotCount.trailingZeroBitCount)
    }

    /// The value of the pair, or ``none``.
    ///
    /// The pair of two `UInt32.max` shares its key with vacant slots, whose value is ``none``: it has no
    /// entry.
    @inline(__always)
    subscript(_ left: UInt32, _ right: UInt32) -> UInt64 {
        let key = UInt64(left) << 32 | UInt64(right)
        var index = home(of: key)
        while true {
            let slot = slots[index]
            if slot.key == key { return slot.value }
            if slot.key == Self.none { return Self.none }
            index = (index + 1) & (slots.count - 1)
        }
    }

    /// Adds an entry unless the pair has one; `false` if it had.
    mutating func insert(_ left: UInt32, _ right: UInt32, _ value: UInt64) -> Bool {
        precondition(value != Self.none && (left, right) != (.max, .max), "reserved pair or value")
        if 2 * (count + 1) > slots.count { grow() }
        let key = UInt64(left) << 32 | UInt64(right)
        var index = home(of: key)
        while slots[index].key != Self.none {
            guard slots[index].key != key else { return false }
            index = (index + 1) & (slots.count - 1)
        }
        slots[index] = Slot(key: key, value: value)
        count += 1
        return true
    }

    @inline(__always)
    private func home(of key: UInt64) -> Int {
        Int(truncatingIfNeeded: ((key ^ key >> 32) &* 0x9E37_79B9_7F4A_7C15) >> shift)
    }

    private mutating func grow() {
        var larger = PairTable(capacity: slots.count)
        for slot in slots where slot.key != Self.none {
            _ = larger.insert(UInt32(slot.key >> 32), UInt32(truncatingIfNeeded: slot.key), slot.value)
        }
        self = larger
    }
}
