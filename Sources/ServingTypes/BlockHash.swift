/// Identity of a full KV block: a keyed hash over its tokens and all before them.
///
/// Equal hashes mean "probably the same prefix": the block pool compares the tokens before it shares a block.
public struct BlockHash: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The 128 bits.
    public var rawValue: Bytes128

    /// Wraps 128 bits computed by `KVCache.BlockHasher` or received from a peer.
    public init(rawValue: Bytes128) { self.rawValue = rawValue }

    /// 32 hexadecimal digits.
    public var description: String { rawValue.description }

    /// Orders by the raw value, so that sorted output does not depend on a hash table.
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
