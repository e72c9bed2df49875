import ServingCore
import ServingTypes

/// Lanes as the daemon's pool keeps them: threads that pull, asleep while there is nothing, opened when
/// there is more.
extension ClusterSimulation {
    mutating func happenOnLane(_ event: SimulatedEvent) throws(SimulationViolation) {
        switch event {
        case .laneDialed(let lane): try laneDialed(lane)
        case .laneAsks(let lane): try pull(lane)
        case .probeSent(let lane, let number): try probeSent(lane, number)
        case .chunkLeft(let flight): try chunkLeft(flight)
        case .chunkBegins(let flight): try chunkBegins(flight)
        case .chunkEnds(let flight): try chunkEnds(flight)
        case .laneEnds(let lane, let isAtSender):
            if isAtSender { try loseLane(lane) } else { try tear(lane) }
        default: preconditionFailure("\(event) does not happen on a lane")
        }
    }

    /// A sleeping lane asks what there is, or a further one is opened.
    mutating func wakeLanes(to receiver: WorkerRef, from slot: Int) {
        let lanes = network.lanes(from: workers[slot].ref, to: receiver)
        if let sleeper = lanes.first(where: { network.lanes[$0]?.isAsleep == true }) {
            network.lanes[sleeper]?.isAsleep = false
            queue.insert(.laneAsks(sleeper), at: now + random.microseconds(in: 0...20))
        } else if lanes.count < scenario.lanes, lanes.allSatisfy({ network.lanes[$0]?.isOpen == true }) {
            openLane(to: receiver, from: slot)
        }
    }

    private mutating func openLane(to receiver: WorkerRef, from slot: Int) {
        // A receiver that is gone already is dialed all the same, and answers nobody.
        let target = workers.firstIndex { $0.ref.id == receiver.id } ?? slot
        let lane = network.addLane(from: slot, workers[slot].ref, to: target, receiver)
        report.lanes += 1
        queue.insert(.laneDialed(lane), at: now + latency() * 2)
    }

    private mutating func laneDialed(_ id: UInt64) throws(SimulationViolation) {
        guard let lane = network.lanes[id] else { return }
        guard slot(of: lane.sender) != nil else {
            network.lanes[id] = nil
            return
        }
        let isDown = now < network[lane.from, lane.to].downUntil
        if slot(of: lane.receiver) == nil || isDown && network[lane.from, lane.to].isRefusing {
            network.lanes[id] = nil
            let error = ServingError(.peerLost, "no lane to \(lane.receiver)")
            try tell(lane.from, .lanesFailed(to: lane.receiver, error))
        } else if !isDown {
            network.lanes[id]?.isOpen = true
            try pull(id)
        } else if workers[lane.from].core.hasLaneWork(to: lane.receiver) {
            queue.insert(.laneDialed(id), at: now + random.microseconds(in: 20_000...100_000))
        } else {
            network.lanes[id] = nil
        }
    }

    /// A lane asks for work and begins it, or falls asleep.
    mutating func pull(_ id: UInt64) throws(SimulationViolation) {
        guard let lane = network.lanes[id], lane.isOpen, !lane.isGoneForSender, lane.sending == nil,
            slot(of: lane.sender) != nil
        else { return }
        let work = workers[lane.from].core.nextLaneWork(to: lane.receiver, lane: id, now: now)
        switch work {
        case nil: network.lanes[id]?.isAsleep = true
        case .probe(let probe):
            let time = Duration.fromSeconds(Double(probe.payloadBytes) / scenario.laneBytesPerSecond)
            queue.insert(.probeSent(id, number: probe.number), at: now + time)
        case .chunks(let framed):
            let (ticket, chunk) = (framed[0].ticket, framed[0].chunk)
            let checker = workers[lane.from].checker.beginLaneRead(chunk, ticket.blocks)
            try check(checker, by: workers[lane.from].checker)
            launch(chunk, ticket, on: lane)
        }
        try perform(workers[lane.from].core.takeActions(), at: lane.from)
        if work != nil, workers[lane.from].core.hasLaneWork(to: lane.receiver) {
            wakeLanes(to: lane.receiver, from: lane.from)
        }
        if random.chance(perMille: scenario.faults.retiredLanesPerMille) { try retire(id) }
    }

    /// The sender closes a lane that it has no use for, or that it cannot go on with: what it had sent
    /// arrives.
    private mutating func retire(_ id: UInt64) throws(SimulationViolation) {
        guard let lane = network.lanes[id], !lane.isGoneForSender else { return }
        report.faults.retiredLanes += 1
        if let number = lane.sending, network.flights[number]?.placement == nil {
            network.flights[number]?.isArriving = false
        }
        try leave(id, isBroken: false)
    }

    private mutating func probeSent(_ id: UInt64, _ number: UInt64) throws(SimulationViolation) {
        guard let lane = network.lanes[id], !lane.isGoneForSender, slot(of: lane.sender) != nil else {
            return
        }
        if !lane.isBroken, slot(of: lane.receiver) != nil {
            report.probeFrames += 1
            send(.probed(number), from: lane.to, to: lane.sender)
        }
        try pull(id)
    }

    /// A lane breaks: what is on it never ends, and each end learns it at its own time.
    mutating func breakLane(_ id: UInt64) {
        guard let lane = network.lanes[id], lane.isOpen, !lane.isBroken else { return }
        network.lanes[id]?.isBroken = true
        for number in network.flights(on: id) where network.flights[number]?.placement == nil {
            network.flights[number]?.isArriving = false
            forget(number)
        }
        for isAtSender in [true, false] {
            let event = SimulatedEvent.laneEnds(id, isAtSender: isAtSender)
            queue.insert(event, at: now + random.microseconds(in: 100...300_000))
        }
    }

    /// The receiver learns that a lane is gone: what it was reading is torn.
    private mutating func tear(_ id: UInt64) throws(SimulationViolation) {
        guard let lane = network.lanes[id] else { return }
        network.lanes[id]?.isGoneForReceiver = true
        for number in network.flights(on: id) {
            guard let flight = network.flights[number], flight.isArriving else { continue }
            network.flights[number]?.outcome = .torn
            network.flights[number]?.isArriving = false
            if let placement = flight.placement, slot(of: lane.receiver) != nil {
                if case .blocks = placement { report.tornChunks += 1 }
                try land(flight, placement, .torn)
            }
            forget(number)
        }
        drop(id)
    }

    /// The sender learns that a lane is gone.
    private mutating func loseLane(_ id: UInt64) throws(SimulationViolation) {
        guard let lane = network.lanes[id], !lane.isGoneForSender else { return }
        guard slot(of: lane.sender) != nil else {
            network.lanes[id]?.isGoneForSender = true
            drop(id)
            return
        }
        try leave(id, isBroken: true)
    }

    private mutating func leave(_ id: UInt64, isBroken: Bool) throws(SimulationViolation) {
        guard let lane = network.lanes[id] else { return }
        var unsent: ChunkTicket?
        if let number = lane.sending, let flight = network.flights[number], let ticket = flight.ticket {
            unsent = ticket
            workers[lane.from].checker.endLaneRead(flight.chunk, ticket.blocks)
            network.flights[number]?.ticket = nil
            forget(number)
        }
        network.lanes[id]?.isGoneForSender = true
        network.lanes[id]?.sending = nil
        drop(id)
        let tickets = unsent.map { [$0] } ?? []
        let closed = WorkerEvent.laneClosed(id, to: lane.receiver, unsent: tickets, isBroken: isBroken)
        try tell(lane.from, closed)
        // As the pool does: something may have come just when the lane was closing.
        if workers[lane.from].core.hasLaneWork(to: lane.receiver) {
            wakeLanes(to: lane.receiver, from: lane.from)
        }
    }

    /// Forgets a lane that both ends have done with.
    private mutating func drop(_ id: UInt64) {
        guard let lane = network.lanes[id], lane.isGoneForSender else { return }
        if lane.isGoneForReceiver || !lane.isBroken { network.lanes[id] = nil }
    }
}
