/// One router's connection to this worker, named by the shell; never reused while the worker runs.
public struct RouterKey: RawRepresentable, Hashable, Comparable, Sendable {
    /// The shell's number.
    public var rawValue: UInt64

    /// Wraps the shell's number.
    public init(rawValue: UInt64) { self.rawValue = rawValue }

    /// Orders by number.
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
