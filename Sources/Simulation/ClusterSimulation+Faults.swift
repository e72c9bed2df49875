import ServingCore
import ServingTypes

/// What goes wrong, and how it is told.
extension ClusterSimulation {
    /// Draws the moments of all faults that are counted, not rated.
    mutating func scheduleFaults() {
        let span = scenario.arrivalSpan + 400_000
        func moment() -> Timestamp { .zero + random.microseconds(in: 0...span) }
        let slots = workers.count - 1
        for _ in 0..<scenario.faults.kills {
            queue.insert(.kill(slot: random.int(in: 0...slots)), at: moment())
        }
        for _ in 0..<scenario.faults.routerBreaks {
            queue.insert(.breakRouterLink(slot: random.int(in: 0...slots)), at: moment())
        }
        for _ in 0..<scenario.faults.peerBreaks {
            let left = random.int(in: 0...slots - 1)
            queue.insert(.breakPeerLink(left, random.int(in: left + 1...slots)), at: moment())
        }
        for _ in 0..<scenario.faults.laneBreaks {
            queue.insert(.breakLane(random.int(in: 0...999)), at: moment())
        }
        for _ in 0..<scenario.faults.drains {
            let (slot, start) = (random.int(in: 0...slots), moment())
            queue.insert(.drain(slot: slot, boot: 0, true), at: start)
            let end = start + random.microseconds(in: 1_000...2_000_000)
            queue.insert(.drain(slot: slot, boot: 0, false), at: end)
        }
        for _ in 0..<scenario.faults.roleOrders {
            // There and back, so that no role stays without a worker.
            let (slot, start) = (random.int(in: 0...slots), moment())
            queue.insert(.changeRole(slot: slot, isReturn: false), at: start)
            let end = start + random.microseconds(in: 1_000...3_000_000)
            queue.insert(.changeRole(slot: slot, isReturn: true), at: end)
        }
        for _ in 0..<scenario.faults.cordons {
            let (slot, start) = (random.int(in: 0...slots), moment())
            queue.insert(.cordon(slot: slot, true), at: start)
            let end = start + random.microseconds(in: 1_000...2_000_000)
            queue.insert(.cordon(slot: slot, false), at: end)
        }
        for _ in 0..<scenario.faults.flushes {
            queue.insert(.flush(slot: random.int(in: 0...slots), boot: 0), at: moment())
        }
        for _ in 0..<scenario.faults.forgeries { queue.insert(.forge, at: moment()) }
    }

    /// Draws the moments at which the router wants an answer back, beside those that it moves for its own reasons.
    mutating func scheduleTakeBacks() {
        for _ in 0..<scenario.takeBacks {
            let moment = Timestamp.zero + random.microseconds(in: 0...scenario.arrivalSpan + 400_000)
            queue.insert(.takeBack(random.int(in: 0...999)), at: moment)
        }
    }

    mutating func takeBack(_ pick: Int) {
        let served = requests.indices.filter { !requests[$0].stream.isOver && requests[$0].lastDecode != nil }
        guard !served.isEmpty, let (assignment, worker) = requests[served[pick % served.count]].lastDecode
        else {
            return
        }
        send(.preempt(assignment.attempt), to: worker)
    }

    mutating func injure(_ event: SimulatedEvent) throws(SimulationViolation) {
        switch event {
        case .kill(let slot): try kill(slot)
        case .restart(let slot):
            workers[slot].restart()
            connect(slot)
            try perform([], at: slot)
        case .breakRouterLink(let slot): breakRouterLink(slot)
        case .breakPeerLink(let left, let right): breakPeerLink(left, right)
        case .breakLane(let pick): breakOneLane(pick)
        default: preconditionFailure("\(event) is no fault")
        }
    }

    /// The process dies at once; everybody else learns it later, each at its own time.
    private mutating func kill(_ slot: Int) throws(SimulationViolation) {
        guard workers[slot].isAlive else { return }
        report.faults.kills += 1
        for (requester, source) in fetching.values {
            if requester == workers[slot].ref { report.faults.killedRequesters += 1 }
            if source == workers[slot].ref { report.faults.killedSources += 1 }
        }
        workers[slot].isAlive = false
        collect(workers[slot].core.counters)
        closeRouterLink(slot)
        for peer in workers.indices where peer != slot {
            loseLink(slot, peer)
            // A process that is gone believes nothing, whatever it had not noticed yet.
            network[slot, peer].isUnaware[slot < peer ? 0 : 1] = false
        }
        for lane in network.lanes(of: slot) {
            // A lane that was still being dialed has nothing to lose, but its sender is gone.
            if network.lanes[lane]?.isOpen == true { breakLane(lane) }
        }
        for number in network.flights.keys.sorted() {
            guard let flight = network.flights[number] else { continue }
            if flight.from == slot { network.flights[number]?.ticket = nil }
            if flight.to == slot { network.flights[number]?.isArriving = false }
            forget(number)
        }
        queue.insert(.restart(slot: slot), at: now + random.microseconds(in: 20_000...800_000))
    }

    private mutating func closeRouterLink(_ slot: Int) {
        guard network.routerLinks[slot].isUp else { return }
        network.routerLinks[slot].isUp = false
        let epoch = network.routerLinks[slot].epoch
        let notice = SimulatedEvent.routerLoses(workers[slot].ref, slot: slot, epoch: epoch)
        queue.insert(notice, at: now + random.microseconds(in: 100...150_000))
    }

    /// The connection closes; the worker comes back once it has noticed.
    private mutating func breakRouterLink(_ slot: Int) {
        guard workers[slot].isAlive, network.routerLinks[slot].isUp else { return }
        report.faults.routerBreaks += 1
        closeRouterLink(slot)
        let (boot, epoch) = (workers[slot].boot, network.routerLinks[slot].epoch)
        let noticed = now + random.microseconds(in: 100...150_000)
        queue.insert(.workerLosesRouter(slot: slot, boot: boot, epoch: epoch), at: noticed)
        queue.insert(.reconnect(slot: slot, boot: boot), at: noticed + random.microseconds(in: 1...300_000))
    }

    /// The cable, or only the control connection; nobody gets through for a while, or is turned away.
    private mutating func breakPeerLink(_ left: Int, _ right: Int) {
        let busy = busyPairs
        // Rather one that carries something.
        let (left, right) = busy.isEmpty ? (left, right) : busy[(left + right) % busy.count]
        guard workers[left].isAlive, workers[right].isAlive else { return }
        report.faults.peerBreaks += 1
        let isLong = random.chance(perMille: 200)
        network[left, right].downUntil =
            now + random.microseconds(in: isLong ? 800_000...4_000_000 : 100...500_000)
        network[left, right].isRefusing = random.chance(perMille: 200)
        loseLink(left, right)
        guard random.chance(perMille: 600) else { return }
        for lane in network.lanes(between: left, and: right) { breakLane(lane) }
    }

    private var busyPairs: [(Int, Int)] {
        workers.indices.flatMap { left in
            (left + 1..<workers.count).filter { right in
                network[left, right].isOpen && workers[left].core.isExchanging(with: workers[right].ref)
            }.map { (left, $0) }
        }
    }

    private mutating func breakOneLane(_ pick: Int) {
        let lanes = network.lanes.values.filter { $0.isOpen && !$0.isBroken }.map(\.id).sorted()
        guard !lanes.isEmpty else { return }
        // Rather one that carries something.
        let busy = lanes.filter { network.lanes[$0]?.sending != nil }
        let choice = busy.isEmpty ? lanes : busy
        report.faults.laneBreaks += 1
        breakLane(choice[pick % choice.count])
    }
}
