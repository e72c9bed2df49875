import Testing

@testable import Engine

/// The pool runs every item exactly once, and is done when it returns.
@Suite struct ThreadPoolTests {
    @Test(arguments: [1, 2, 5])
    func `Every item runs once per loop`(threadCount: Int) throws {
        let pool = try ThreadPool(threadCount: threadCount)
        for count in [0, 1, 2, 7, 100] + Array(repeating: 3, count: 2_000) {
            var runs = [Int](repeating: 0, count: count)
            runs.withUnsafeMutableBufferPointer { runs in
                // Unsynchronized on purpose: each item has its own element, and the caller reads after the wait.
                nonisolated(unsafe) let runs = runs
                pool.run(count) { item, thread in runs[item] += thread < threadCount ? 1 : 1_000 }
            }
            #expect(runs == [Int](repeating: 1, count: count))
        }
    }
}
