public import Metrics
internal import Synchronization

/// A total with one set of labels; safe from any thread.
public final class CounterSeries: CounterHandler, FloatingPointCounterHandler {
    private let total = Mutex(0.0)

    /// Starts at zero.
    init() {}

    /// Adds to the total; what is not positive is ignored, because a total never falls.
    public func add(_ amount: Int = 1) { increment(by: Double(amount)) }

    /// Takes over a total that is counted elsewhere.
    public func set(total value: Int) { total.withLock { $0 = Double(value) } }

    /// The total.
    public var value: Double { total.withLock { $0 } }

    /// Adds to the total.
    public func increment(by amount: Int64) { increment(by: Double(amount)) }

    /// Adds to the total.
    public func increment(by amount: Double) {
        guard amount > 0, amount.isFinite else { return }
        total.withLock { $0 += amount }
    }

    /// Starts again at zero, which readers take for a restart.
    public func reset() { total.withLock { $0 = 0 } }
}
