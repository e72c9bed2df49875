internal import Collections
internal import Observability
internal import Synchronization

/// Finished requests that wait for the exporter: bounded, and nobody waits to put one in.
final class TraceQueue: Sendable {
    private struct State {
        var waiting: Deque<RequestTimeline> = []
        /// Requests that are traced and not finished yet.
        var openCount = 0
        var isClosed = false
    }

    private let state = Mutex(State())
    private let limit: Int
    private let batch: Int
    private let metrics: TracingMetrics
    /// Tells the one reader to look: a batch is full, time has passed; it ends when nothing more will come.
    let wakes: AsyncStream<Void>
    private let wakeSink: AsyncStream<Void>.Continuation

    /// - Parameters:
    ///   - limit: requests that may wait; more are dropped and counted.
    ///   - batch: requests for which the reader is woken.
    init(limit: Int, batch: Int, metrics: TracingMetrics) {
        self.limit = limit
        self.batch = min(batch, limit)
        self.metrics = metrics
        (wakes, wakeSink) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Requests that are traced and not finished yet.
    var openCount: Int { state.withLock { $0.openCount } }

    /// Notes that a request is traced.
    func begin() { state.withLock { $0.openCount += 1 } }

    /// Takes a request that has begun and is finished now.
    func add(_ timeline: RequestTimeline) {
        let (loss, isFull) = state.withLock { state -> (TraceLoss?, Bool) in
            state.openCount -= 1
            guard !state.isClosed else { return (.shutdown, false) }
            guard state.waiting.count < limit else { return (.queueFull, false) }
            state.waiting.append(timeline)
            return (nil, state.waiting.count == batch)
        }
        if let loss { metrics.dropped[loss].add(1) }
        if isFull { wake() }
    }

    /// The oldest that wait.
    func take(_ count: Int) -> [RequestTimeline] {
        state.withLock { state in
            let taken = Array(state.waiting.prefix(count))
            state.waiting.removeFirst(taken.count)
            return taken
        }
    }

    /// Makes the reader look.
    func wake() { wakeSink.yield() }

    /// Ends ``wakes``: the reader takes what is left and goes.
    func close() { wakeSink.finish() }

    /// Drops what the reader left behind, and whatever still comes.
    func abandon() {
        let count = state.withLock { state in
            state.isClosed = true
            defer { state.waiting = [] }
            return state.waiting.count
        }
        metrics.dropped[.shutdown].add(count)
    }
}
