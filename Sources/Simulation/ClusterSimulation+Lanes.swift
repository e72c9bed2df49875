import ServingCore
import ServingTypes

/// KV chunks: read by a lane, in flight, and written by the receiver's lane over a span of time.
extension ClusterSimulation {
    mutating func launch(_ chunk: KVChunk, _ ticket: ChunkTicket, from slot: Int) throws(SimulationViolation)
    {
        try check(workers[slot].checker.beginLaneRead(chunk, ticket.blocks), by: workers[slot].checker)
        var flight = Network.Flight(chunk: chunk, from: slot, to: slot, ticket: ticket)
        guard let target = reach(ticket.receiver, from: slot) else {
            // The lane cannot be opened: it reports so after a while.
            flight.isDropped = true
            queue.insert(.chunkLeft(add(flight)), at: now + random.microseconds(in: 100...10_000))
            return
        }
        flight = Network.Flight(chunk: chunk, from: slot, to: target, ticket: ticket)
        if random.chance(perMille: scenario.faults.droppedChunksPerMille) {
            report.faults.droppedChunks += 1
            flight.isDropped = true
        } else if random.chance(perMille: scenario.faults.corruptedChunksPerMille) {
            report.faults.corruptedChunks += 1
            flight.isIntact = false
        }
        let direction = slot < target ? 0 : 1
        let start = max(now, network[slot, target].laneFree[direction])
        let left = start + .fromSeconds(Double(ticket.bytes) / scenario.laneBytesPerSecond)
        network[slot, target].laneFree[direction] = left
        let isDropped = flight.isDropped
        let number = add(flight)
        queue.insert(.chunkLeft(number), at: left)
        if isDropped { return }
        var lag = latency()
        if random.chance(perMille: scenario.faults.delayedChunksPerMille) {
            report.faults.delayedChunks += 1
            lag += random.microseconds(in: 10_000...6_000_000)
        }
        // A delayed chunk may also stop half-way.
        queue.insert(.chunkBegins(number), at: start + (random.chance(perMille: 500) ? lag : latency()))
        queue.insert(.chunkEnds(number), at: left + max(lag, .milliseconds(9)))
    }

    private mutating func add(_ flight: Network.Flight) -> Int {
        network.flightCount += 1
        network.flights[network.flightCount] = flight
        return network.flightCount
    }

    /// The sender's lane is done: with the content, or without having reached anybody.
    mutating func chunkLeft(_ number: Int) throws(SimulationViolation) {
        guard let flight = network.flights[number], let ticket = flight.ticket else { return }
        workers[flight.from].checker.endLaneRead(flight.chunk, ticket.blocks)
        network.flights[number]?.ticket = nil
        let content = workers[flight.from].memory.read(flight.chunk, blocks: ticket.blocks)
        if flight.isDropped { network.flights[number] = nil }
        guard flight.from != flight.to else {
            let error = ServingError(.peerLost, "\(ticket.receiver) cannot be reached")
            try tell(flight.from, .chunkFailed(ticket, error))
            return
        }
        network.flights[number]?.content = content
        if !flight.isDropped, random.chance(perMille: scenario.faults.duplicatedChunksPerMille) {
            report.faults.duplicatedChunks += 1
            var copy = Network.Flight(chunk: flight.chunk, from: flight.from, to: flight.to)
            (copy.content, copy.isIntact) = (content, flight.isIntact)
            let second = add(copy)
            let begin = now + random.microseconds(in: 0...20_000)
            queue.insert(.chunkBegins(second), at: begin)
            queue.insert(.chunkEnds(second), at: begin + random.microseconds(in: 1...900_000))
        }
        try tell(flight.from, .chunkSent(ticket))
    }

    mutating func chunkBegins(_ number: Int) throws(SimulationViolation) {
        guard let flight = network.flights[number] else { return }
        let sender = workers[flight.from].ref
        let placement = workers[flight.to].core.beginChunk(flight.chunk, from: sender, now: now)
        network.flights[number]?.placement = placement
        guard case .blocks(let blocks) = placement else { return }
        try check(
            workers[flight.to].checker.beginLaneWrite(flight.chunk, blocks),
            by: workers[flight.to].checker
        )
        workers[flight.to].memory.poison(flight.chunk, blocks: blocks)
    }

    mutating func chunkEnds(_ number: Int) throws(SimulationViolation) {
        guard let flight = network.flights.removeValue(forKey: number), let placement = flight.placement
        else {
            return
        }
        try land(flight, placement, isIntact: flight.isIntact)
    }

    /// The receiver's lane is done: with all bytes, with wrong ones, or because the lane broke.
    private mutating func land(
        _ flight: Network.Flight,
        _ placement: ChunkPlacement,
        isIntact: Bool
    ) throws(SimulationViolation) {
        let slot = flight.to
        if case .blocks(let blocks) = placement {
            if isIntact { workers[slot].memory.write(flight.chunk, blocks: blocks, content: flight.content) }
            workers[slot].checker.endLaneWrite(flight.chunk, blocks)
            report.landedChunks += isIntact ? 1 : 0
        }
        let actions = workers[slot].core.endChunk(
            flight.chunk,
            placement: placement,
            isIntact: isIntact,
            from: workers[flight.from].ref,
            now: now
        )
        try perform(actions, at: slot)
    }

    /// Every chunk between two workers is cut off: senders and receivers that live learn it from their lanes.
    mutating func cutLanes(_ left: Int, _ right: Int) throws(SimulationViolation) {
        for number in network.flights(between: left, and: right) {
            guard let flight = network.flights.removeValue(forKey: number) else { continue }
            if let ticket = flight.ticket, workers[flight.from].isAlive {
                workers[flight.from].checker.endLaneRead(flight.chunk, ticket.blocks)
                try tell(flight.from, .chunkFailed(ticket, ServingError(.peerLost, "the lane closed")))
            }
            if let placement = flight.placement, workers[flight.to].isAlive {
                try land(flight, placement, isIntact: false)
            }
        }
        for direction in 0...1 { network[left, right].laneFree[direction] = now }
    }
}
