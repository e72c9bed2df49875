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
        after finished: (tickets: [ChunkTicket], wireBytes: Int)?
    ) -> LaneAssignment {
        let (work, hasMore) = state.withLock { state in
            let now = MonotonicClock.now
            if let finished {
                state.core.laneFinished(finished.tickets, wireBytes: finished.wireBytes, now: now)
            }
            let work = state.core.nextLaneWork(to: receiver, lane: lane, now: now)
            perform(state.core.takeActions(), &state)
            return (work, state.core.hasLaneWork(to: receiver))
        }
        switch work {
        case .chunks(let framed):
            return LaneAssignment(chunk: laneChunk(framed), tickets: framed.map(\.ticket), hasMore: hasMore)
        case .probe(let probe): return LaneAssignment(chunk: laneChunk(probe), hasMore: hasMore)
        case nil: return LaneAssignment()
        }
    }

    func finished(_ tickets: [ChunkTicket], wireBytes: Int) {
        state.withLock { state in
            state.core.laneFinished(tickets, wireBytes: wireBytes, now: MonotonicClock.now)
            perform(state.core.takeActions(), &state)
        }
    }

    func hasWork(to receiver: WorkerRef) -> Bool {
        state.withLock { $0.core.hasLaneWork(to: receiver) }
    }

    func laneClosed(_ lane: UInt64, to receiver: WorkerRef, unsent: [ChunkTicket], isBroken: Bool) {
        handle(.laneClosed(lane, to: receiver, unsent: unsent, isBroken: isBroken))
    }

    func lanesFailed(to receiver: WorkerRef, _ error: ServingError) {
        handle(.lanesFailed(to: receiver, error))
    }

    /// Chunks with their memory; their blocks stay pinned until the lane reports back.
    private func laneChunk(_ framed: [FramedChunk]) -> LaneChunk {
        let chunks = framed.map(\.chunk)
        return LaneChunk(
            token: framed[0].ticket.number,
            type: MessageType.chunks.rawValue,
            streamID: 0,
            payload: payload(of: framed)
        ) { [logger] checksums, _ in
            var chunks = chunks
            for (index, checksum) in checksums.enumerated() { chunks[index].checksum = checksum }
            do throws(WireError) {
                return try Message.chunks(chunks).encode().header
            } catch {
                // An empty head is no chunk: the receiver closes the lane, and the chunk goes again until its lease ends.
                logger.error("lane.unsendable", metadata: ["error": "\(error)"])
                return []
            }
        }
    }

    private func payload(of framed: [FramedChunk]) -> LanePayload {
        let parts = framed.map { framed in
            LanePart(
                segments(of: framed.chunk, blocks: framed.ticket.blocks).map { UnsafeRawBufferPointer($0) },
                checksumStart: checksumStart(of: framed.chunk, content: framed.ticket.content)
            )
        }
        let (part, chunk) = (parts[0], framed[0].chunk)
        guard let codec = codec(chunk.codec) else { return .parts(parts) }
        let limit = codec.encodedBytesLimit(layerCount: chunk.layerCount, blockCount: chunk.blockCount)
        return .encoded(limit: limit, checksumStart: part.checksumStart) { buffer in
            codec.encode(
                part.segments,
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
