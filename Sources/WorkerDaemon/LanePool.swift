internal import Collections
internal import Logging
internal import ServingCore
internal import ServingTypes
internal import Synchronization
internal import Transport
internal import Wire

/// The outgoing lanes of one worker: opened on demand, closed when idle, a few per receiver.
///
/// Chunks to one receiver wait in one queue, in the order in which the core gave them out, so that transfers
/// interleave; the lane with the fewest chunks takes the next. A lane holds few chunks, so that a slow one cannot hoard.
final class LanePool: Sendable {
    struct Settings: Sendable {
        var lanesPerReceiver = 2
        var lane = LaneSenderConfiguration()
    }

    /// One chunk with its memory; the ticket keeps the blocks pinned until the lane reports back.
    struct Parcel: Sendable {
        var ticket: ChunkTicket
        var chunk: LaneChunk
    }

    private static let chunksPerLane = 4

    private struct Lane {
        let id: UInt64
        let sender: LaneSender
        var onLane = 0
    }

    private struct Receiver {
        var target: LaneTarget
        var lanes: [Lane] = []
        var waiting: Deque<Parcel> = []
    }

    private struct State {
        var receivers: [WorkerRef: Receiver] = [:]
        /// Chunks on lanes, by token.
        var tickets: [UInt64: ChunkTicket] = [:]
        var laneCount: UInt64 = 0
        var isStopped = false
    }

    private let settings: Settings
    private let identity: TLSIdentity
    private let hello: Frame
    private let logger: Logger
    private let report: @Sendable (WorkerEvent) -> Void
    private let state = Mutex(State())

    /// - Parameter report: told `chunkSent`, `chunkFailed` and `peerLost`, on a lane's thread and without any lock.
    init(
        settings: Settings,
        identity: TLSIdentity,
        hello: Frame,
        logger: Logger,
        report: @escaping @Sendable (WorkerEvent) -> Void
    ) {
        self.settings = settings
        self.identity = identity
        self.hello = hello
        self.logger = logger
        self.report = report
    }

    /// Queues a chunk for its receiver; the outcome is reported later, never from within.
    func send(_ parcel: Parcel, to address: WorkerAddress) {
        // No lane would ever take it.
        precondition(
            parcel.ticket.bytes <= FrameHeader.payloadLimit,
            "a chunk has \(parcel.ticket.bytes) bytes"
        )
        state.withLock { state in
            let target = LaneTarget(
                host: address.host,
                port: address.port,
                expectedPeer: address.worker.id.rawValue
            )
            state.receivers[address.worker, default: Receiver(target: target)].waiting.append(parcel)
            feed(address.worker, &state)
        }
    }

    /// Closes every lane at once and waits for their threads.
    func shutdown() {
        let lanes = state.withLock { state in
            state.isStopped = true
            return state.receivers.values.flatMap { $0.lanes.map(\.sender) }
        }
        for lane in lanes { lane.shutdown() }
    }

    /// Moves waiting chunks to lanes that have room, opening lanes while all others are busy.
    private func feed(_ worker: WorkerRef, _ state: inout State) {
        while !state.isStopped, var receiver = state.receivers[worker], let parcel = receiver.waiting.first {
            let index = freeLane(of: &receiver, worker, &state)
            guard let index else {
                state.receivers[worker] = receiver
                return
            }
            receiver.waiting.removeFirst()
            do throws(TransportError) {
                try receiver.lanes[index].sender.enqueue(parcel.chunk)
                receiver.lanes[index].onLane += 1
                state.tickets[parcel.ticket.number] = parcel.ticket
            } catch {
                // The lane has just ended: its `laneClosed` removes it and the chunk goes to another.
                receiver.lanes.remove(at: index)
                receiver.waiting.prepend(parcel)
            }
            state.receivers[worker] = receiver
        }
    }

    private func freeLane(of receiver: inout Receiver, _ worker: WorkerRef, _ state: inout State) -> Int? {
        let best = receiver.lanes.indices.min {
            (receiver.lanes[$0].onLane, $0) < (receiver.lanes[$1].onLane, $1)
        }
        if let best, receiver.lanes[best].onLane == 0 { return best }
        if receiver.lanes.count < settings.lanesPerReceiver {
            state.laneCount += 1
            let lane = LaneObserver(pool: self, worker: worker, id: state.laneCount)
            do throws(TransportError) {
                let sender = try LaneSender(
                    to: receiver.target,
                    identity: identity,
                    hello: hello,
                    configuration: settings.lane,
                    delegate: lane
                )
                receiver.lanes.append(Lane(id: lane.id, sender: sender))
                return receiver.lanes.count - 1
            } catch {
                logger.error("lane.unavailable", metadata: ["peer": "\(worker)", "error": "\(error)"])
            }
        }
        return best.flatMap { receiver.lanes[$0].onLane < Self.chunksPerLane ? $0 : nil }
    }

    fileprivate func sent(_ token: UInt64, lane: UInt64, worker: WorkerRef) {
        let ticket = state.withLock { state in
            leave(lane, worker, count: 1, &state)
            feed(worker, &state)
            return state.tickets.removeValue(forKey: token)
        }
        if let ticket { report(.chunkSent(ticket)) }
    }

    fileprivate func failed(_ tokens: [UInt64], lane: UInt64, worker: WorkerRef, error: TransportError) {
        let tickets = state.withLock { state in
            leave(lane, worker, count: tokens.count, &state)
            return tokens.compactMap { state.tickets.removeValue(forKey: $0) }
        }
        let failure = ServingError(.peerLost, "the lane to \(worker.id) broke: \(error)")
        for ticket in tickets { report(.chunkFailed(ticket, failure)) }
    }

    /// A lane is gone.
    ///
    /// Bytes that TLS had taken may not have arrived, so a broken lane fails its open transfers.
    fileprivate func closed(lane: UInt64, worker: WorkerRef, error: TransportError?) {
        let (stranded, isStopped) = state.withLock { state -> ([Parcel], Bool) in
            state.receivers[worker]?.lanes.removeAll { $0.id == lane }
            guard let receiver = state.receivers[worker], receiver.lanes.isEmpty else {
                return ([], state.isStopped)
            }
            if error == nil || error?.isIdle == true, !state.isStopped {
                feed(worker, &state)
                if state.receivers[worker]?.lanes.isEmpty == true { state.receivers[worker] = nil }
                return ([], false)
            }
            state.receivers[worker] = nil
            return (Array(receiver.waiting), state.isStopped)
        }
        let failure = ServingError(
            .peerLost,
            "the lane to \(worker.id) broke: \(error.map(\.description) ?? "stopped")"
        )
        for parcel in stranded { report(.chunkFailed(parcel.ticket, failure)) }
        guard let error, !error.isIdle, !isStopped else { return }
        logger.warning("lane.broken", metadata: ["peer": "\(worker)", "error": "\(error)"])
        report(.peerLost(worker))
    }

    private func leave(_ lane: UInt64, _ worker: WorkerRef, count: Int, _ state: inout State) {
        guard let index = state.receivers[worker]?.lanes.firstIndex(where: { $0.id == lane }) else { return }
        state.receivers[worker]?.lanes[index].onLane -= count
    }
}

/// Passes one lane's calls on with the lane's name.
private final class LaneObserver: LaneSenderDelegate {
    private let pool: LanePool
    private let worker: WorkerRef
    let id: UInt64

    init(pool: LanePool, worker: WorkerRef, id: UInt64) {
        self.pool = pool
        self.worker = worker
        self.id = id
    }

    func laneOpened(peer: PeerIdentity) {}

    func laneSent(token: UInt64) { pool.sent(token, lane: id, worker: worker) }

    func laneFailed(tokens: [UInt64], error: TransportError) {
        pool.failed(tokens, lane: id, worker: worker, error: error)
    }

    func laneClosed(error: TransportError?) { pool.closed(lane: id, worker: worker, error: error) }
}

extension TransportError {
    /// Whether a lane closed itself for want of chunks.
    fileprivate var isIdle: Bool {
        if case .idle = self { true } else { false }
    }
}
