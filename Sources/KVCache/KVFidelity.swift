/// Whether KV is what the model computes, or an approximation of it.
public enum KVFidelity: UInt8, Hashable, Comparable, Sendable {
    /// Computed from exact KV and moved bit by bit.
    case exact = 0
    /// Went through a lossy codec, or was computed from KV that did.
    case lossy = 1

    /// Orders from exact to lossy.
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
