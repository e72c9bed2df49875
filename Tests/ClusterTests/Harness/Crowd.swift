import Foundation
import Synchronization

/// Many clients at once, each on a thread of its own: they block, and the test runner's threads are few.
final class Crowd<Value: Sendable>: Sendable {
    private struct State: Sendable {
        var next = 0
        var values: [Int: Value] = [:]
        var failure: (any Error)?
        var runningThreads: Int
    }

    private let count: Int
    private let body: @Sendable (Int) throws -> Value
    private let state: Mutex<State>
    private let done = DispatchSemaphore(value: 0)

    /// Starts calling `body` for 0..<count on at most `width` threads; ``finish()`` must be called once.
    init(_ count: Int, width: Int, _ body: @escaping @Sendable (Int) throws -> Value) {
        self.count = count
        self.body = body
        let threads = min(count, width)
        state = Mutex(State(runningThreads: threads))
        for _ in 0..<threads { Thread.detachNewThread { self.work() } }
    }

    /// Whether every call has returned.
    var isDone: Bool { state.withLock { $0.runningThreads == 0 } }

    /// How many calls have returned a value.
    var doneCount: Int { state.withLock { $0.values.count } }

    /// Waits for all calls.
    ///
    /// - Returns: the values by index.
    /// - Throws: the first error; the calls that had not begun by then are left out.
    func finish() throws -> [Value] {
        done.wait()
        return try state.withLock { state in
            if let failure = state.failure { throw failure }
            return (0..<count).compactMap { state.values[$0] }
        }
    }

    private func work() {
        while let index = take() {
            do {
                let value = try body(index)
                state.withLock { $0.values[index] = value }
            } catch {
                state.withLock { if $0.failure == nil { $0.failure = error } }
            }
        }
        let isLast = state.withLock { state in
            state.runningThreads -= 1
            return state.runningThreads == 0
        }
        if isLast { done.signal() }
    }

    private func take() -> Int? {
        state.withLock { state in
            guard state.next < count, state.failure == nil else { return nil }
            defer { state.next += 1 }
            return state.next
        }
    }
}
