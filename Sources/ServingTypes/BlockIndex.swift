/// Position of a KV block in one worker's arena; never sent to another process.
public struct BlockIndex: RawRepresentable, Hashable, Comparable, Sendable {
    /// 0-based position in the arena.
    public var rawValue: UInt32

    /// Wraps a position in the arena.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Orders by position.
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
