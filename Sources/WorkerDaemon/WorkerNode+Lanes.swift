internal import KVCodecs
internal import ServingCore
internal import ServingTypes
internal import Transport
internal import Wire

/// What outgoing lanes ask of the core.
extension WorkerNode: LaneWorkSource {
    func nextWork(
        to receiver: WorkerRef,
        lane: UInt64,
        after finished: (ticket: ChunkTicket, wireBytes: Int)?
    ) -> LaneAssignment {
        let (work, hasMore) = state.withLock { state in
            let now = MonotonicClock.now
            if let finished {
                state.core.laneFinished(finished.ticket, wireBytes: finished.wireBytes, now: now)
            }
            let work = state.core.nextLaneWork(to: receiver, lane: lane, now: now)
            perform(state.core.takeActions(), &state)
            return (work, state.core.hasLaneWork(to: receiver))
        }
        switch work {
        case .chunk(let ticket, let chunk):
            return LaneAssignment(chunk: laneChunk(ticket, chunk), ticket: ticket, hasMore: hasMore)
        case .probe(let probe): return LaneAssignment(chunk: laneChunk(probe), hasMore: hasMore)
        case nil: return LaneAssignment()
        }
    }

    func finished(_ ticket: ChunkTicket, wireBytes: Int) {
        state.withLock { state in
            state.core.laneFinished(ticket, wireBytes: wireBytes, now: MonotonicClock.now)
            perform(state.core.takeActions(), &state)
        }
    }

    func hasWork(to receiver: WorkerRef) -> Bool {
        state.withLock { $0.core.hasLaneWork(to: receiver) }
    }

    func laneClosed(_ lane: UInt64, to receiver: WorkerRef, unsent: ChunkTicket?, isBroken: Bool) {
        handle(.laneClosed(lane, to: receiver, unsent: unsent, isBroken: isBroken))
    }

    func lanesFailed(to receiver: WorkerRef, _ error: ServingError) {
        handle(.lanesFailed(to: receiver, error))
    }

    /// A chunk with its memory; its blocks stay pinned until the lane reports back.
    private func laneChunk(_ ticket: ChunkTicket, _ chunk: KVChunk) -> LaneChunk {
        let cells = segments(of: chunk, blocks: ticket.blocks).map { UnsafeRawBufferPointer($0) }
        return LaneChunk(
            token: ticket.number,
            type: MessageType.chunk.rawValue,
            streamID: 0,
            payload: payload(of: chunk, cells: cells),
            checksumStart: checksumStart(of: chunk, content: ticket.content)
        ) { [logger] checksum, _ in
            var chunk = chunk
            chunk.checksum = checksum
            do throws(WireError) {
                return try Message.chunk(chunk).encode().header
            } catch {
                // An empty head is no chunk: the receiver closes the lane, and the chunk goes again until its lease ends.
                logger.error("lane.unsendable", metadata: ["error": "\(error)"])
                return []
            }
        }
    }

    private func payload(of chunk: KVChunk, cells: [UnsafeRawBufferPointer]) -> LanePayload {
        guard let codec = codec(chunk.codec) else { return .segments(cells) }
        let limit = codec.encodedBytesLimit(layerCount: chunk.layerCount, blockCount: chunk.blockCount)
        let memory = PinnedCells(cells: cells)
        return .encoded(limit: limit) { buffer in
            codec.encode(
                memory.cells,
                firstLayer: chunk.firstLayer,
                blockCount: chunk.blockCount,
                into: buffer
            )
        }
    }

    private func laneChunk(_ probe: KVProbe) -> LaneChunk {
        LaneChunk(
            token: probe.number,
            type: MessageType.probe.rawValue,
            streamID: 0,
            payload: .encoded(limit: probe.payloadBytes) { $0.count }
        ) { [logger] _, _ in
            do throws(WireError) {
                return try Message.probe(probe).encode().header
            } catch {
                logger.error("lane.unsendable", metadata: ["error": "\(error)"])
                return []
            }
        }
    }
}

/// Memory that the core keeps pinned while a lane encodes it.
///
/// Sendable although it carries pointers: nobody writes the blocks before the lane has reported back.
private struct PinnedCells: @unchecked Sendable {
    let cells: [UnsafeRawBufferPointer]
}
