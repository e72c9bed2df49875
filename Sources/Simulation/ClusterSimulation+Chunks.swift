import ServingCore
import ServingTypes

/// KV chunks: read by a lane, in flight, and written by the receiver's lane over a span of time.
extension ClusterSimulation {
    /// A lane begins to send a chunk.
    mutating func launch(_ chunk: KVChunk, _ ticket: ChunkTicket, on lane: Lane) {
        let wireBytes = chunk.codec.isLossy ? max(1, ticket.bytes * 3 / 5) : ticket.bytes
        var flight = Flight(
            chunk: chunk,
            lane: lane.id,
            from: lane.from,
            to: lane.to,
            sender: lane.sender,
            receiver: lane.receiver,
            content: ticket.content,
            ticket: ticket,
            wireBytes: wireBytes
        )
        if lane.isBroken {
            flight.isArriving = false
        } else if random.chance(perMille: scenario.faults.droppedChunksPerMille) {
            report.faults.droppedChunks += 1
            flight.isArriving = false
        } else if random.chance(perMille: scenario.faults.corruptedChunksPerMille) {
            report.faults.corruptedChunks += 1
            flight.outcome = .damaged
        }
        var left = now + .fromSeconds(Double(wireBytes) / scenario.laneBytesPerSecond)
        var end = left + latency()
        let begin = now + latency()
        if random.chance(perMille: scenario.faults.delayedChunksPerMille) {
            report.faults.delayedChunks += 1
            let stall = random.microseconds(in: 10_000...6_000_000)
            end = end + stall
            // The sender's buffers are full, or they have taken the chunk already.
            if random.chance(perMille: 500) { left = left + stall }
        }
        let number = network.add(flight)
        network.lanes[lane.id]?.sending = number
        queue.insert(.chunkLeft(number), at: left)
        guard flight.isArriving else { return }
        let begins = max(begin, network.lanes[lane.id]?.lastEnd ?? now)
        let ends = max(end, begins + .microseconds(1))
        network.lanes[lane.id]?.lastEnd = ends
        queue.insert(.chunkBegins(number), at: begins)
        queue.insert(.chunkEnds(number), at: ends)
    }

    /// The sender's lane has handed a chunk over, and asks for the next one.
    mutating func chunkLeft(_ number: Int) throws(SimulationViolation) {
        guard let flight = network.flights[number], let ticket = flight.ticket, slot(of: flight.sender) != nil
        else { return }
        workers[flight.from].checker.endLaneRead(flight.chunk, ticket.blocks)
        network.flights[number]?.ticket = nil
        network.flights[number]?.tags = workers[flight.from].memory.read(flight.chunk, blocks: ticket.blocks)
        repeatLater(number)
        forget(number)
        network.lanes[flight.lane]?.sending = nil
        workers[flight.from].core.laneFinished([ticket], wireBytes: flight.wireBytes, now: now)
        try perform(workers[flight.from].core.takeActions(), at: flight.from)
        try pull(flight.lane)
    }

    /// Lets a chunk come a second time, at any moment and beside any other.
    private mutating func repeatLater(_ number: Int) {
        guard let flight = network.flights[number], flight.isArriving,
            random.chance(perMille: scenario.faults.duplicatedChunksPerMille)
        else { return }
        report.faults.duplicatedChunks += 1
        var copy = flight
        copy.placement = nil
        let second = network.add(copy)
        let begin = now + random.microseconds(in: 0...20_000)
        queue.insert(.chunkBegins(second), at: begin)
        queue.insert(.chunkEnds(second), at: begin + random.microseconds(in: 1...900_000))
    }

    mutating func chunkBegins(_ number: Int) throws(SimulationViolation) {
        guard let flight = network.flights[number], flight.isArriving else { return }
        guard slot(of: flight.receiver) != nil else {
            network.flights[number]?.isArriving = false
            forget(number)
            return
        }
        let placement = workers[flight.to].core.beginChunk(flight.chunk, from: flight.sender, now: now)
        network.flights[number]?.placement = placement
        guard case .blocks(let blocks, _) = placement else { return }
        try check(
            workers[flight.to].checker.beginLaneWrite(flight.chunk, blocks),
            by: workers[flight.to].checker
        )
        workers[flight.to].memory.poison(flight.chunk, blocks: blocks)
    }

    mutating func chunkEnds(_ number: Int) throws(SimulationViolation) {
        guard let flight = network.flights[number], flight.isArriving else { return }
        // A broken lane's chunk ends when the receiver learns that it broke.
        if let lane = network.lanes[flight.lane], lane.isBroken, !lane.isGoneForReceiver { return }
        network.flights[number]?.isArriving = false
        defer { forget(number) }
        guard let placement = flight.placement, slot(of: flight.receiver) != nil else { return }
        try land(flight, placement, flight.outcome)
    }

    /// The receiver's lane is done: with all bytes, with wrong ones, or because the lane broke.
    mutating func land(
        _ flight: Flight,
        _ placement: ChunkPlacement,
        _ outcome: ChunkOutcome
    ) throws(SimulationViolation) {
        let slot = flight.to
        if case .blocks(let blocks, let content) = placement {
            if outcome == .landed {
                if content != flight.content {
                    throw violation("\(flight.chunk.transfer) brings KV of other tokens", by: fencing)
                }
                workers[slot].memory.write(flight.chunk, blocks: blocks, content: flight.tags)
                report.landedChunks += 1
                if flight.chunk.codec.isLossy { report.lossyChunks += 1 }
            }
            workers[slot].checker.endLaneWrite(flight.chunk, blocks)
        }
        let actions = workers[slot].core.endChunk(
            flight.chunk,
            placement: placement,
            outcome,
            from: flight.sender,
            now: now
        )
        try perform(actions, at: slot)
    }

    /// Forgets a chunk that neither end has anything to do with any more.
    mutating func forget(_ number: Int) {
        guard let flight = network.flights[number], flight.ticket == nil, !flight.isArriving else { return }
        network.flights[number] = nil
    }
}
