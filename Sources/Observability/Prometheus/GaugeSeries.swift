public import Metrics
internal import Synchronization

/// A value with one set of labels; safe from any thread.
public final class GaugeSeries: MeterHandler, RecorderHandler {
    private let current = Mutex(0.0)

    /// Starts at zero.
    init() {}

    /// The value.
    public var value: Double { current.withLock { $0 } }

    /// Replaces the value.
    public func set(_ value: Int) { set(Double(value)) }

    /// Replaces the value.
    public func set(_ value: Int64) { set(Double(value)) }

    /// Replaces the value.
    public func set(_ value: Double) { current.withLock { $0 = value } }

    /// Raises the value.
    public func increment(by amount: Double) { current.withLock { $0 += amount } }

    /// Lowers the value.
    public func decrement(by amount: Double) { current.withLock { $0 -= amount } }

    /// Replaces the value.
    public func record(_ value: Int64) { set(value) }

    /// Replaces the value.
    public func record(_ value: Double) { set(value) }
}
