import ServingTypes

/// What the KV of a transfer was computed from, in 64 bits: both sides derive it for themselves and fold it into the
/// checksum of every chunk, so that KV of other tokens fails like damaged KV.
public struct KVContentMark: RawRepresentable, Hashable, Sendable {
    /// The bits.
    public var rawValue: UInt64

    /// Wraps the bits.
    public init(rawValue: UInt64) { self.rawValue = rawValue }

    /// The mark of a hand-off: of all its tokens.
    ///
    /// O(tokens), about 1 GB/s.
    public init(tokens: [TokenID]) {
        var digest = SipHash128(key: Bytes128(high: 0, low: 0))
        tokens.withUnsafeBufferPointer { digest.update(tokens: $0) }
        self.init(rawValue: digest.finalized().low)
    }

    /// The mark of a fetch: of the hashes of all blocks that were asked for, in order.
    public init(hashes: [BlockHash]) {
        var digest = SipHash128(key: Bytes128(high: 0, low: 1))
        for hash in hashes { digest.update(hash.rawValue) }
        self.init(rawValue: digest.finalized().low)
    }
}
