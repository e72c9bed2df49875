/// Names one control connection of a ``ControlLoop``; never used again after the connection is gone.
public struct ConnectionID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Counts up from 1 within one loop.
    public let rawValue: UInt64

    init(rawValue: UInt64) { self.rawValue = rawValue }

    /// The number.
    public var description: String { String(rawValue) }

    /// Older before newer.
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
