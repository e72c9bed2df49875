/// Name of a worker as its certificate states it; unique in its cluster and the same after a restart.
public struct WorkerID: RawRepresentable, Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The name.
    public var rawValue: String

    /// Wraps a name.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The name.
    public var description: String { rawValue }

    /// Orders by name: the tie-break between equal workers.
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
