internal import Dispatch
public import ServingTypes
internal import Synchronization

/// Writes decisions in the background, some at a time; nobody waits to hand one in.
///
/// What does not fit into the queue is dropped. After a write that failed nothing more is written: what comes
/// later is dropped, too. Either is said to `onEvent`.
public final class DecisionWriter: Sendable {
    /// What became of decisions.
    public enum Event: Sendable {
        /// So many are in the file.
        case written(Int)
        /// So many more wait than may.
        case overflowed(Int)
        /// Writing has failed before, so that so many are lost.
        case discarded(Int)
        /// Writing fails now, for good; so many are lost with it. Comes once.
        case failed(RecordingError, lost: Int)
    }

    private struct State {
        var waiting: [@Sendable () -> DecisionDocument] = []
        var isScheduled = false
        var isOff = false
    }

    private let store: DecisionStore
    private let retention: DecisionRetention
    private let limit: Int
    private let interval: Duration
    private let unixMilliseconds: @Sendable () -> Int64
    private let onEvent: @Sendable (Event) -> Void
    private let queue = DispatchQueue(label: "decision-writer")
    private let state = Mutex(State())

    /// - Parameters:
    ///   - limit: decisions that may wait, at about 5 KiB each.
    ///   - interval: how long the first of a batch waits for others.
    ///   - unixMilliseconds: the time of day.
    ///   - onEvent: called on any thread; must not wait.
    public init(
        store: DecisionStore,
        retention: DecisionRetention,
        limit: Int = 4_096,
        interval: Duration = .milliseconds(200),
        unixMilliseconds: @escaping @Sendable () -> Int64,
        onEvent: @escaping @Sendable (Event) -> Void
    ) {
        self.store = store
        self.retention = retention
        self.limit = limit
        self.interval = interval
        self.unixMilliseconds = unixMilliseconds
        self.onEvent = onEvent
    }

    /// Hands in a decision, in O(1); its document is made on the writer's thread.
    public func add(_ make: @escaping @Sendable () -> DecisionDocument) {
        let (loss, isFirst) = state.withLock { state -> (Event?, Bool) in
            guard !state.isOff else { return (.discarded(1), false) }
            guard state.waiting.count < limit else { return (.overflowed(1), false) }
            state.waiting.append(make)
            defer { state.isScheduled = true }
            return (nil, !state.isScheduled)
        }
        if let loss { onEvent(loss) }
        guard isFirst else { return }
        queue.asyncAfter(deadline: .now() + .nanoseconds(Int(interval.nanoseconds))) { self.writeAll() }
    }

    /// Writes what waits, and returns when it is done.
    public func flush() { queue.sync { writeAll() } }

    private func writeAll() {
        let batch = state.withLock { state in
            defer { (state.waiting, state.isScheduled) = ([], false) }
            return state.waiting
        }
        guard !batch.isEmpty else { return }
        do throws(RecordingError) {
            try store.write(
                batch.map { $0() },
                keeping: retention,
                unixMilliseconds: unixMilliseconds()
            )
            onEvent(.written(batch.count))
        } catch {
            let late = state.withLock { state in
                defer { (state.waiting, state.isOff) = ([], true) }
                return state.waiting.count
            }
            onEvent(.failed(error, lost: batch.count + late))
        }
    }
}
