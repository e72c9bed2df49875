internal import Synchronization

/// A total with one set of labels; safe from any thread, without a lock.
public final class CounterSeries: Sendable {
    private let total = Atomic<Int>(0)

    /// Starts at zero.
    init() {}

    /// Adds to the total; what is not positive is ignored, because a total never falls.
    public func add(_ amount: Int = 1) {
        guard amount > 0 else { return }
        total.wrappingAdd(amount, ordering: .relaxed)
    }

    /// Takes over a total that is counted elsewhere.
    public func set(total value: Int) { total.store(value, ordering: .relaxed) }

    /// The total.
    public var value: Int { total.load(ordering: .relaxed) }
}
