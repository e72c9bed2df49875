internal import Synchronization

/// A value with one set of labels; safe from any thread, without a lock.
public final class GaugeSeries: Sendable {
    private let bits = Atomic<UInt64>(0)

    /// Starts at zero.
    init() {}

    /// The value.
    public var value: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }

    /// Replaces the value.
    public func set(_ value: Int) { set(Double(value)) }

    /// Replaces the value.
    public func set(_ value: Double) { bits.store(value.bitPattern, ordering: .relaxed) }
}
