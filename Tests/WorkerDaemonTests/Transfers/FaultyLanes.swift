import ServingTypes
import Synchronization
import Transport

@testable import ServingCore
@testable import WorkerDaemon

/// Stands between a worker's lanes and its core and does to chunks what networks, memory and bugs do.
final class FaultyLanes: LaneWorkSource {
    /// How often each fault happens, per thousand chunks.
    struct Rates: Sendable {
        var damaged = 0
        var dropped = 0
        var duplicated = 0
        var reordered = 0
        var delayed = 0
        /// How long a delayed chunk holds its lane up.
        var delay = Duration.milliseconds(400)
    }

    /// What happened.
    struct Counts: Sendable {
        var chunks = 0
        var damaged = 0
        var dropped = 0
        var duplicated = 0
        var reordered = 0
        var delayed = 0
    }

    private struct State {
        var random: TestRandom
        var counts = Counts()
        /// A chunk that lets another one go first, by lane.
        var held: [UInt64: LaneAssignment] = [:]
        /// The second copy of a chunk, by lane.
        var copies: [UInt64: LaneAssignment] = [:]
    }

    private let base: any LaneWorkSource
    private let rates: Rates
    private let state: Mutex<State>

    init(_ base: any LaneWorkSource, rates: Rates, seed: UInt64) {
        self.base = base
        self.rates = rates
        state = Mutex(State(random: TestRandom(seed: seed)))
    }

    var counts: Counts { state.withLock { $0.counts } }

    func nextWork(
        to receiver: WorkerRef,
        lane: UInt64,
        after finished: (tickets: [ChunkTicket], wireBytes: Int)?
    ) -> LaneAssignment {
        var finished = finished
        while true {
            let kept = state.withLock {
                $0.copies.removeValue(forKey: lane) ?? $0.held.removeValue(forKey: lane)
            }
            if let kept {
                if let finished { base.finished(finished.tickets, wireBytes: finished.wireBytes) }
                return kept
            }
            let work = base.nextWork(to: receiver, lane: lane, after: finished)
            guard !work.tickets.isEmpty, let chunk = work.chunk else { return work }
            finished = nil
            switch fault() {
            case .none: return work
            case .damaged:
                var work = work
                work.chunk = damaged(chunk)
                return work
            case .dropped: base.finished(work.tickets, wireBytes: Self.bytes(of: work.tickets))
            case .duplicated:
                // The tickets stay with the second copy, and with it the pins.
                state.withLock { $0.copies[lane] = work }
                return LaneAssignment(chunk: chunk, hasMore: true)
            case .reordered:
                let next = base.nextWork(to: receiver, lane: lane, after: nil)
                guard next.chunk != nil else { return work }
                state.withLock { $0.held[lane] = work }
                return next
            case .delayed:
                pause(rates.delay)
                return work
            }
        }
    }

    func finished(_ tickets: [ChunkTicket], wireBytes: Int) {
        base.finished(tickets, wireBytes: wireBytes)
    }

    func hasWork(to receiver: WorkerRef) -> Bool { base.hasWork(to: receiver) }

    func laneClosed(_ lane: UInt64, to receiver: WorkerRef, unsent: [ChunkTicket], isBroken: Bool) {
        let kept = state.withLock { state in
            [state.copies.removeValue(forKey: lane), state.held.removeValue(forKey: lane)].compactMap {
                $0?.tickets
            }
        }
        // As if sent: a broken lane loses what it sent.
        for tickets in kept { base.finished(tickets, wireBytes: Self.bytes(of: tickets)) }
        base.laneClosed(lane, to: receiver, unsent: unsent, isBroken: isBroken || !kept.isEmpty)
    }

    func lanesFailed(to receiver: WorkerRef, _ error: ServingError) {
        base.lanesFailed(to: receiver, error)
    }

    private enum Fault { case none, damaged, dropped, duplicated, reordered, delayed }

    private func fault() -> Fault {
        state.withLock { state in
            state.counts.chunks += 1
            var draw = state.random.int(in: 0...999)
            func hits(_ rate: Int) -> Bool {
                defer { draw -= rate }
                return draw >= 0 && draw < rate
            }
            if hits(rates.damaged) {
                state.counts.damaged += 1
                return .damaged
            }
            if hits(rates.dropped) {
                state.counts.dropped += 1
                return .dropped
            }
            if hits(rates.duplicated) {
                state.counts.duplicated += 1
                return .duplicated
            }
            if hits(rates.reordered) {
                state.counts.reordered += 1
                return .reordered
            }
            if hits(rates.delayed) {
                state.counts.delayed += 1
                return .delayed
            }
            return .none
        }
    }

    /// KV bytes of a frame's chunks.
    private static func bytes(of tickets: [ChunkTicket]) -> Int { tickets.reduce(0) { $0 + $1.bytes } }

    /// The frame with one bit of its payload flipped after its checksums were taken.
    private func damaged(_ chunk: LaneChunk) -> LaneChunk {
        guard case .parts(let parts) = chunk.payload else { return chunk }
        let bytes = parts.reduce(0) { $0 + $1.segments.reduce(0) { $0 + $1.count } }
        let checksums = parts.map { PayloadChecksum.crc32c(of: $0.segments, continuing: $0.checksumStart) }
        let bit = state.withLock { $0.random.int(in: 0...bytes * 8 - 1) }
        return LaneChunk(
            token: chunk.token,
            type: chunk.type,
            streamID: chunk.streamID,
            payload: .encoded(limit: bytes) { buffer in
                var filled = 0
                for part in parts.flatMap(\.segments) {
                    UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]).copyMemory(from: part)
                    filled += part.count
                }
                buffer[bit / 8] ^= 1 << (bit % 8)
                return filled
            }
        ) { _, count in chunk.message(checksums, count) }
    }
}
