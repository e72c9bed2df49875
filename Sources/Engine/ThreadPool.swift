internal import Glibc
internal import Synchronization

/// Threads that share the items of a loop; the calling thread takes part.
///
/// Which thread runs an item is up to chance: items must not depend on each other, nor on who runs them.
final class ThreadPool: Sendable {
    /// Threads that run items, the caller included.
    let threadCount: Int
    private let board: JobBoard
    private let threads: [pthread_t]

    /// Starts `threadCount − 1` threads.
    init(threadCount: Int) throws(EngineError) {
        precondition(threadCount > 0, "threadCount is \(threadCount)")
        self.threadCount = threadCount
        let board = JobBoard()
        var threads: [pthread_t] = []
        for index in 1..<max(1, threadCount) {
            var thread = pthread_t()
            let context = Unmanaged.passRetained(ThreadStart(board: board, index: index))
            let code = pthread_create(&thread, nil, threadMain, context.toOpaque())
            guard code == 0 else {
                context.release()
                Self.stop(board, threads)
                throw .threadCreation(index: index, errno: code)
            }
            threads.append(thread)
        }
        self.board = board
        self.threads = threads
    }

    deinit { Self.stop(board, threads) }

    /// Runs `body(item, thread)` for each item below `count`, on whichever threads are free, and waits for all.
    func run(_ count: Int, _ body: (_ item: Int, _ thread: Int) -> Void) {
        guard count > 1 && threadCount > 1 else {
            for item in 0..<count { body(item, 0) }
            return
        }
        withoutActuallyEscaping(body) { body in
            var job = Job(count: count, body: body)
            withUnsafeMutablePointer(to: &job) { pointer in
                board.post(pointer)
                board.work(on: pointer, as: 0)
                board.retire()
            }
        }
    }

    private static func stop(_ board: JobBoard, _ threads: [pthread_t]) {
        board.close()
        for thread in threads { pthread_join(thread, nil) }
    }
}

/// What a new thread is told.
private final class ThreadStart: Sendable {
    let board: JobBoard
    let index: Int

    init(board: JobBoard, index: Int) {
        self.board = board
        self.index = index
    }
}

private func threadMain(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument else { return nil }
    let start = Unmanaged<ThreadStart>.fromOpaque(argument).takeRetainedValue()
    start.board.serve(as: start.index)
    return nil
}
