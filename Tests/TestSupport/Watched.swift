internal import Foundation

/// State that tests wait on: a value, changed under a lock, and a wait with a deadline for a claim about it.
public final class Watched<Value>: @unchecked Sendable {
    // Proof: `value` is touched only between lock and unlock of `condition`.
    private let condition = NSCondition()
    private var value: Value

    /// Starts with a value.
    public init(_ value: Value) { self.value = value }

    /// The value now.
    public var current: Value { update { $0 } }

    /// Changes the value and wakes who waits.
    @discardableResult
    public func update<Result>(_ change: (inout Value) throws -> Result) rethrows -> Result {
        condition.lock()
        defer { condition.unlock() }
        defer { condition.broadcast() }
        return try change(&value)
    }

    /// Waits until the claim holds; false if it does not within the limit.
    public func wait(seconds: Double = 20, until claim: (Value) -> Bool) -> Bool {
        let deadline = Date(timeIntervalSinceNow: seconds)
        condition.lock()
        defer { condition.unlock() }
        while !claim(value) {
            guard condition.wait(until: deadline) else { return claim(value) }
        }
        return true
    }
}
