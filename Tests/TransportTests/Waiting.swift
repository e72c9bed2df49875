import Foundation

/// State that tests wait on: a value, changed under a lock, and a wait with a deadline for a claim about it.
final class Watched<Value>: @unchecked Sendable {
    // Proof: `value` is touched only between lock and unlock of `condition`.
    private let condition = NSCondition()
    private var value: Value

    init(_ value: Value) { self.value = value }

    var current: Value { update { $0 } }

    @discardableResult
    func update<Result>(_ change: (inout Value) -> Result) -> Result {
        condition.lock()
        defer { condition.unlock() }
        defer { condition.broadcast() }
        return change(&value)
    }

    /// Waits until the claim holds; false if it does not within the limit.
    func wait(seconds: Double = 20, until claim: (Value) -> Bool) -> Bool {
        let deadline = Date(timeIntervalSinceNow: seconds)
        condition.lock()
        defer { condition.unlock() }
        while !claim(value) {
            guard condition.wait(until: deadline) else { return claim(value) }
        }
        return true
    }
}
