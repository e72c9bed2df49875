import Foundation
import Synchronization

/// Many clients at once, each on a thread of its own: they block, and the test runner's threads are few.
enum Crowd {
    private struct State<Value: Sendable>: Sendable {
        var next = 0
        var values: [Int: Value] = [:]
        var failure: (any Error)?
    }

    /// Calls `body` for 0..<count on at most `width` threads and waits for all.
    ///
    /// - Returns: the values by index.
    /// - Throws: the first error; the calls that have not begun by then are left out.
    static func map<Value: Sendable>(
        _ count: Int,
        width: Int,
        _ body: @escaping @Sendable (Int) throws -> Value
    ) throws -> [Value] {
        let state = Mutex(State<Value>())
        let shared = Shared(state)
        let done = DispatchSemaphore(value: 0)
        let threads = min(count, width)
        for _ in 0..<threads {
            Thread.detachNewThread {
                while let index = shared.take(count) { shared.run(index, body) }
                done.signal()
            }
        }
        for _ in 0..<threads { done.wait() }
        return try shared.result(count)
    }

    private final class Shared<Value: Sendable>: Sendable {
        private let state: Mutex<State<Value>>

        init(_ state: consuming Mutex<State<Value>>) { self.state = state }

        func take(_ count: Int) -> Int? {
            state.withLock { state in
                guard state.next < count, state.failure == nil else { return nil }
                defer { state.next += 1 }
                return state.next
            }
        }

        func run(_ index: Int, _ body: (Int) throws -> Value) {
            do {
                let value = try body(index)
                state.withLock { $0.values[index] = value }
            } catch {
                state.withLock { if $0.failure == nil { $0.failure = error } }
            }
        }

        func result(_ count: Int) throws -> [Value] {
            try state.withLock { state in
                if let failure = state.failure { throw failure }
                return (0..<count).compactMap { state.values[$0] }
            }
        }
    }
}
