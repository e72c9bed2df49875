import Synchronization
import Testing

@testable import Engine

/// The pool runs every item exactly once, and is done when it returns.
@Suite struct ThreadPoolTests {
    @Test(arguments: [1, 2, 5])
    func `Every item runs once per loop`(threadCount: Int) throws {
        let pool = try ThreadPool(threadCount: threadCount)
        for count in [0, 1, 2, 7, 100] + Array(repeating: 3, count: 2_000) {
            let runs = Mutex([Int](repeating: 0, count: count))
            pool.run(count) { item, thread in
                runs.withLock { $0[item] += thread < threadCount ? 1 : 1_000 }
            }
            #expect(runs.withLock { $0 } == [Int](repeating: 1, count: count))
        }
    }
}
