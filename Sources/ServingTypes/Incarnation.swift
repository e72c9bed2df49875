/// One boot of a process: random, never 0.
///
/// Work addressed to an earlier boot is refused.
public struct Incarnation: RawRepresentable, Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The random number.
    public var rawValue: UInt64

    /// Wraps a random number.
    public init(rawValue: UInt64) { self.rawValue = rawValue }

    /// Hexadecimal digits.
    public var description: String { String(rawValue, radix: 16) }

    /// Orders by number.
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
