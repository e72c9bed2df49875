/// Finds a token by its bytes.
///
/// Open addressing with a hash of our own: `String` keys would compare by canonical equivalence, by which
/// different tokens are equal. Of tokens with equal bytes the one inserted first is found.
struct SpellingIndex: Sendable {
    private var slots: [Int32]
    private let mask: Int
    private static let vacant: Int32 = -1

    init(capacity: Int) {
        let slotCount = Swift.max(16, (2 * capacity).roundedUpToPowerOfTwo)
        slots = Array(repeating: Self.vacant, count: slotCount)
        mask = slotCount - 1
    }

    mutating func insert(_ id: Int, of spellings: TokenSpellings) {
        let slot = spellings.bytes.withUnsafeBufferPointer { bytes in
            find(UnsafeBufferPointer(rebasing: bytes[spellings.range(id)]), in: spellings).slot
        }
        if slots[slot] == Self.vacant { slots[slot] = Int32(id) }
    }

    /// The token spelled by `bytes`.
    func token(_ bytes: UnsafeBufferPointer<UInt8>, in spellings: TokenSpellings) -> UInt32? {
        find(bytes, in: spellings).token
    }

    /// The token spelled by `bytes`.
    func token(_ bytes: some Collection<UInt8>, in spellings: TokenSpellings) -> UInt32? {
        Array(bytes).withUnsafeBufferPointer { token($0, in: spellings) }
    }

    private func find(
        _ key: UnsafeBufferPointer<UInt8>,
        in spellings: TokenSpellings
    ) -> (slot: Int, token: UInt32?) {
        var slot = Self.hash(key) & mask
        while slots[slot] != Self.vacant {
            let range = spellings.range(Int(slots[slot]))
            if range.count == key.count, Self.equal(key, spellings.bytes, range.lowerBound) {
                return (slot, UInt32(slots[slot]))
            }
            slot = (slot + 1) & mask
        }
        return (slot, nil)
    }

    private static func equal(_ key: UnsafeBufferPointer<UInt8>, _ bytes: [UInt8], _ start: Int) -> Bool {
        for index in 0..<key.count where key[index] != bytes[start + index] { return false }
        return true
    }

    private static func hash(_ key: UnsafeBufferPointer<UInt8>) -> Int {
        var state = UInt64(key.count) &* 0x9E37_79B9_7F4A_7C15
        for byte in key { state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        return Int(truncatingIfNeeded: (state ^ state >> 29) &* 0xBF58_476D_1CE4_E5B9 >> 20)
    }
}

extension Int {
    /// The smallest power of two that is not less; for 1…2^62.
    var roundedUpToPowerOfTwo: Int { self <= 1 ? 1 : 1 << (Int.bitWidth - (self - 1).leadingZeroBitCount) }
}
