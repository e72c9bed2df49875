/// Identity of one choice of one client request inside the cluster; random, chosen by the router.
public struct RequestID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The 128 random bits.
    public var rawValue: Bytes128

    /// Wraps 128 random bits.
    public init(rawValue: Bytes128) { self.rawValue = rawValue }

    /// 32 hexadecimal digits.
    public var description: String { rawValue.description }

    /// Orders by the raw value: the tie-break of last resort.
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
