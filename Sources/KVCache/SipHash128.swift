import ServingTypes

/// SipHash-2-4 with 128-bit output, fed in pieces.
///
/// Keys, words and digests use the byte order of the reference implementation: `Bytes128.bytes` of the
/// result are the digest's bytes. Source: Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012.
public struct SipHash128: Sendable {
    private var v0: UInt64
    private var v1: UInt64
    private var v2: UInt64
    private var v3: UInt64
    /// Bytes that do not fill a word yet, lowest first.
    private var tail: UInt64 = 0
    private var byteCount: UInt64 = 0

    /// Starts a digest under a 16-byte key.
    public init(key: Bytes128) {
        let (k0, k1) = (key.high.byteSwapped, key.low.byteSwapped)
        v0 = k0 ^ 0x736f_6d65_7073_6575
        v1 = k1 ^ 0x646f_7261_6e64_6f6d ^ 0xee
        v2 = k0 ^ 0x6c79_6765_6e65_7261
        v3 = k1 ^ 0x7465_6462_7974_6573
    }

    private var tailBits: UInt64 { 8 * (byteCount & 7) }

    /// Appends one byte.
    public mutating func update(_ byte: UInt8) {
        tail |= UInt64(byte) << tailBits
        byteCount &+= 1
        guard byteCount & 7 == 0 else { return }
        compress(tail)
        tail = 0
    }

    /// Appends the four bytes of a word, little-endian.
    public mutating func update(_ word: UInt32) {
        let bits = tailBits
        tail |= UInt64(word) << bits
        byteCount &+= 4
        guard bits >= 32 else { return }
        compress(tail)
        tail = UInt64(word) >> (64 - bits)
    }

    /// Appends the eight bytes of a word, little-endian.
    public mutating func update(_ word: UInt64) {
        let bits = tailBits
        compress(tail | word << bits)
        tail = word >> (64 - bits)
        byteCount &+= 8
    }

    /// Appends sixteen bytes in the order of `Bytes128.bytes`.
    public mutating func update(_ value: Bytes128) {
        update(value.high.byteSwapped)
        update(value.low.byteSwapped)
    }

    /// Appends bytes one after another.
    public mutating func update(bytes: some Sequence<UInt8>) {
        for byte in bytes { update(byte) }
    }

    /// Appends tokens as little-endian 32-bit words, without copying them.
    mutating func update(tokens: UnsafeBufferPointer<TokenID>) {
        let pairedCount = tokens.count & ~1
        for index in stride(from: 0, to: pairedCount, by: 2) {
            update(UInt64(tokens[index]) | UInt64(tokens[index + 1]) << 32)
        }
        if pairedCount < tokens.count { update(tokens[pairedCount]) }
    }

    /// The digest of everything appended so far; the state itself may go on.
    public func finalized() -> Bytes128 {
        var state = self
        state.compress(tail | byteCount << 56)
        state.v2 ^= 0xee
        state.scramble()
        let first = state.folded
        state.v1 ^= 0xdd
        state.scramble()
        return Bytes128(high: first.byteSwapped, low: state.folded.byteSwapped)
    }

    private var folded: UInt64 { v0 ^ v1 ^ v2 ^ v3 }

    @inline(__always)
    private mutating func compress(_ word: UInt64) {
        v3 ^= word
        round()
        round()
        v0 ^= word
    }

    private mutating func scramble() {
        for _ in 0..<4 { round() }
    }

    @inline(__always)
    private mutating func round() {
        v0 &+= v1
        v1 = Self.rotate(v1, 13) ^ v0
        v0 = Self.rotate(v0, 32)
        v2 &+= v3
        v3 = Self.rotate(v3, 16) ^ v2
        v0 &+= v3
        v3 = Self.rotate(v3, 21) ^ v0
        v2 &+= v1
        v1 = Self.rotate(v1, 17) ^ v2
        v2 = Self.rotate(v2, 32)
    }

    @inline(__always)
    private static func rotate(_ word: UInt64, _ bits: UInt64) -> UInt64 {
        word &<< bits | word &>> (64 &- bits)
    }
}
