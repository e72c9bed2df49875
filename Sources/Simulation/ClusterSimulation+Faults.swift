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
            let prefill = random.int(in: 0...scenario.prefillWorkers - 1)
            let decode = random.int(in: scenario.prefillWorkers...slots)
            queue.insert(.breakPeerLink(prefill, decode), at: moment())
        }
        for _ in 0..<scenario.faults.drains {
            let (slot, start) = (random.int(in: 0...slots), moment())
            queue.insert(.drain(slot: slot, boot: 0, true), at: start)
            let end = start + random.microseconds(in: 1_000...2_000_000)
            queue.insert(.drain(slot: slot, boot: 0, false), at: end)
        }
        for _ in 0..<scenario.faults.forgeries { queue.insert(.forge, at: moment()) }
    }

    mutating func injure(_ event: SimulatedEvent) throws(SimulationViolation) {
        switch event {
        case .kill(let slot): try kill(slot)
        case .restart(let slot):
            workers[slot].restart()
            connect(slot)
            try perform([], at: slot)
        case .breakRouterLink(let slot): breakRouterLink(slot)
        case .breakPeerLink(let left, let right): try breakPeerLink(left, right)
        default: preconditionFailure("\(event) is no fault")
        }
    }

    /// The process dies at once; everybody else learns it later, each at its own time.
    private mutating func kill(_ slot: Int) throws(SimulationViolation) {
        guard workers[slot].isAlive else { return }
        report.faults.kills += 1
        workers[slot].isAlive = false
        collect(workers[slot].core.counters)
        closeRouterLink(slot)
        for peer in workers.indices where peer != slot {
            network[slot, peer].epoch += 1
            try cutLanes(slot, peer)
            if workers[peer].isAlive { loseLater(workers[slot].ref, at: peer) }
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

    private mutating func breakPeerLink(_ left: Int, _ right: Int) throws(SimulationViolation) {
        guard workers[left].isAlive, workers[right].isAlive else { return }
        report.faults.peerBreaks += 1
        network[left, right].epoch += 1
        network[left, right].downUntil = now + random.microseconds(in: 15_000...500_000)
        try cutLanes(left, right)
        loseLater(workers[right].ref, at: left)
        loseLater(workers[left].ref, at: right)
    }
}
