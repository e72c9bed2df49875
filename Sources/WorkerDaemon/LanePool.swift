internal import Logging
internal import ServingCore
internal import ServingTypes
internal import Synchronization
internal import Transport
internal import Wire

/// The outgoing lanes of one worker: opened on demand, closed when idle, a few per receiver.
///
/// Lanes pull: each asks for a chunk when it has sent one, so that several share what there is by their speed. One lane
/// serves a receiver until there is more to send than it takes; then others join, as many as ``LaneTuner`` finds useful.
/// A lane that breaks is opened again, after a pause that grows while none can be opened.
final class LanePool: Sendable {
    struct Settings: Sendable {
        /// Lanes per receiver to begin with, and at most.
        var lanes = 2
        var maxLanes = 4
        var lane = LaneSenderConfiguration()
        /// Lanes in a row that could not be opened, or broke at once, before their receiver is given up.
        var maxFailures = 8
        /// A lane that lived longer has not failed at once.
        var shortLife = Duration.milliseconds(200)
        /// The first pause after such a failure; doubled with each.
        var retryPause = Duration.milliseconds(50)
    }

    private struct Lane {
        let id: UInt64
        /// There once its thread runs.
        var sender: LaneSender?
        var isAsleep = false
        var openedAt: Timestamp?
        /// What it is sending.
        var tickets: [ChunkTicket] = []
    }

    private struct Receiver {
        let target: LaneTarget
        var lanes: [Lane] = []
        var tuner: LaneTuner
        var failures = 0
        var isPausing = false
    }

    private struct State {
        var receivers: [WorkerRef: Receiver] = [:]
        var laneCount: UInt64 = 0
        var isStopped = false

        func index(of lane: UInt64, to worker: WorkerRef) -> Int? {
            receivers[worker]?.lanes.firstIndex { $0.id == lane }
        }
    }

    private let settings: Settings
    private let identity: TLSIdentity
    private let hello: Frame
    private let logger: Logger
    private let source: any LaneWorkSource
    /// Calls back after a while, on any thread.
    private let schedule: @Sendable (Duration, @escaping @Sendable () -> Void) -> Void
    private let state = Mutex(State())

    init(
        settings: Settings,
        identity: TLSIdentity,
        hello: Frame,
        logger: Logger,
        source: any LaneWorkSource,
        schedule: @escaping @Sendable (Duration, @escaping @Sendable () -> Void) -> Void
    ) {
        self.settings = settings
        self.identity = identity
        self.hello = hello
        self.logger = logger
        self.source = source
        self.schedule = schedule
    }

    /// There is something to send to a worker: a sleeping lane asks for it, or a lane is opened.
    func wake(_ address: WorkerAddress) {
        state.withLock { state in
            guard !state.isStopped else { return }
            if state.receivers[address.worker] == nil {
                let target = LaneTarget(
                    host: address.host,
                    port: address.port,
                    expectedPeer: address.worker.id.rawValue
                )
                let tuner = LaneTuner(start: settings.lanes, limit: settings.maxLanes)
                state.receivers[address.worker] = Receiver(target: target, tuner: tuner)
            }
            addLane(to: address.worker, &state)
        }
    }

    /// Lanes per receiver, for operators.
    var laneCounts: [WorkerRef: Int] {
        state.withLock { $0.receivers.mapValues(\.lanes.count) }
    }

    /// Closes every lane at once and waits for their threads.
    func shutdown() {
        let lanes = state.withLock { state in
            state.isStopped = true
            return state.receivers.values.flatMap { $0.lanes.compactMap(\.sender) }
        }
        for lane in lanes { lane.shutdown() }
    }

    /// Wakes a sleeping lane, or opens one if there may be more.
    private func addLane(to worker: WorkerRef, _ state: inout State) {
        guard let receiver = state.receivers[worker], !receiver.isPausing, !state.isStopped else { return }
        if let index = receiver.lanes.firstIndex(where: \.isAsleep) {
            state.receivers[worker]?.lanes[index].isAsleep = false
            receiver.lanes[index].sender?.wake()
            return
        }
        // One lane at a time: while one is being dialed, nobody knows yet whether it is enough.
        guard receiver.lanes.count < receiver.tuner.laneCount,
            receiver.lanes.allSatisfy({ $0.openedAt != nil })
        else {
            return
        }
        state.laneCount += 1
        let id = state.laneCount
        state.receivers[worker]?.lanes.append(Lane(id: id))
        do throws(TransportError) {
            let sender = try LaneSender(
                to: receiver.target,
                identity: identity,
                hello: hello,
                configuration: settings.lane,
                source: PooledLane(pool: self, worker: worker, id: id)
            )
            if let index = state.receivers[worker]?.lanes.firstIndex(where: { $0.id == id }) {
                state.receivers[worker]?.lanes[index].sender = sender
            }
        } catch {
            logger.error("lane.unavailable", metadata: ["peer": "\(worker)", "error": "\(error)"])
            state.receivers[worker]?.lanes.removeAll { $0.id == id }
            pause(worker, &state)
        }
    }

    /// Leaves a receiver alone for a while after a lane could not be opened.
    private func pause(_ worker: WorkerRef, _ state: inout State) {
        guard let failures = state.receivers[worker]?.failures else { return }
        state.receivers[worker]?.isPausing = true
        let pause = settings.retryPause * (1 << min(failures, 6))
        schedule(pause) { [weak self] in
            guard let self else { return }
            let hasWork = source.hasWork(to: worker)
            self.state.withLock { state in
                state.receivers[worker]?.isPausing = false
                if hasWork { self.addLane(to: worker, &state) }
            }
        }
    }

    // MARK: Lanes, each on its own thread

    fileprivate func opened(_ lane: UInt64, _ worker: WorkerRef) {
        state.withLock { state in
            guard let index = state.index(of: lane, to: worker) else { return }
            state.receivers[worker]?.lanes[index].openedAt = MonotonicClock.now
        }
    }

    fileprivate func next(_ lane: UInt64, _ worker: WorkerRef, after finished: LaneFinished?) -> LaneChunk? {
        let (tickets, surplus) = state.withLock { state -> ([ChunkTicket], LaneSender?) in
            guard let index = state.index(of: lane, to: worker), let receiver = state.receivers[worker]
            else { return ([], nil) }
            // Asleep before it asks: what becomes sendable while it asks wakes it again.
            state.receivers[worker]?.lanes[index].isAsleep = true
            state.receivers[worker]?.lanes[index].tickets = []
            let isSurplus = receiver.lanes.count > receiver.tuner.laneCount
            let current = receiver.lanes[index]
            return (current.tickets, isSurplus ? current.sender : nil)
        }
        let done = tickets.isEmpty ? nil : finished.map { (tickets: tickets, wireBytes: $0.wireBytes) }
        if let surplus {
            if let done { source.finished(done.tickets, wireBytes: done.wireBytes) }
            surplus.close()
            return nil
        }
        let work = source.nextWork(to: worker, lane: lane, after: done)
        guard let chunk = work.chunk else { return nil }
        took(work, lane, worker, sentBytes: finished?.wireBytes ?? 0)
        return chunk
    }

    private func took(_ work: LaneAssignment, _ lane: UInt64, _ worker: WorkerRef, sentBytes: Int) {
        let now = MonotonicClock.now
        state.withLock { state in
            guard let index = state.index(of: lane, to: worker) else { return }
            let laneCount = state.receivers[worker]?.lanes.count ?? 0
            state.receivers[worker]?.lanes[index].isAsleep = false
            state.receivers[worker]?.lanes[index].tickets = work.tickets
            state.receivers[worker]?.tuner.sent(
                sentBytes,
                lanes: laneCount,
                isBacklogged: work.hasMore,
                now: now
            )
            if work.hasMore { addLane(to: worker, &state) }
        }
    }

    fileprivate func closed(_ lane: UInt64, _ worker: WorkerRef, error: TransportError?) {
        let isFailure = error.map { !$0.isIdle } ?? false
        let (tickets, isStopped, isGivenUp) = state.withLock { state -> ([ChunkTicket], Bool, Bool) in
            guard let index = state.index(of: lane, to: worker),
                let gone = state.receivers[worker]?.lanes.remove(at: index)
            else { return ([], state.isStopped, false) }
            // A peer that takes connections and no lane would otherwise be dialed without end.
            let lifetime = gone.openedAt.map { MonotonicClock.now - $0 } ?? .zero
            guard isFailure, lifetime < settings.shortLife else {
                state.receivers[worker]?.failures = 0
                return (gone.tickets, state.isStopped, false)
            }
            state.receivers[worker]?.failures += 1
            pause(worker, &state)
            let failures = state.receivers[worker]?.failures ?? 0
            let isGivenUp = failures >= settings.maxFailures && state.receivers[worker]?.lanes.isEmpty == true
            if isGivenUp { state.receivers[worker] = nil }
            return (gone.tickets, state.isStopped, isGivenUp)
        }
        if let error, isFailure, !isStopped {
            logger.warning("lane.broken", metadata: ["peer": "\(worker)", "error": "\(error)"])
        }
        source.laneClosed(lane, to: worker, unsent: tickets, isBroken: isFailure)
        if isGivenUp, !isStopped {
            let reason = error.map(\.description) ?? "closed"
            source.lanesFailed(to: worker, ServingError(.peerLost, "no lane to \(worker.id): \(reason)"))
            return
        }
        // Something may have come just when the lane was closing.
        let hasWork = source.hasWork(to: worker)
        state.withLock { state in
            if hasWork { addLane(to: worker, &state) }
            forgetIdle(worker, &state)
        }
    }

    /// Keeps nothing of a receiver without lanes, unless it is to be tried again.
    private func forgetIdle(_ worker: WorkerRef, _ state: inout State) {
        guard let receiver = state.receivers[worker], receiver.lanes.isEmpty, !receiver.isPausing else {
            return
        }
        state.receivers[worker] = nil
    }
}

/// Passes one lane's calls on with the lane's name.
private final class PooledLane: LaneSource {
    private let pool: LanePool
    private let worker: WorkerRef
    private let id: UInt64

    init(pool: LanePool, worker: WorkerRef, id: UInt64) {
        self.pool = pool
        self.worker = worker
        self.id = id
    }

    func laneOpened(peer: PeerIdentity) { pool.opened(id, worker) }

    func nextChunk(after finished: LaneFinished?) -> LaneChunk? { pool.next(id, worker, after: finished) }

    func laneClosed(unsent: UInt64?, error: TransportError?) { pool.closed(id, worker, error: error) }
}

extension TransportError {
    /// Whether a lane closed itself for want of chunks.
    fileprivate var isIdle: Bool {
        if case .idle = self { true } else { false }
    }
}
