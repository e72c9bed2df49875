import ServingCore
import ServingTypes

/// Control messages: in order unless a fault says otherwise, lost with their connection.
extension ClusterSimulation {
    /// What chance does to one message.
    private struct Fate {
        var copies = 1
        var delay: Duration?
    }

    mutating func latency() -> Duration { random.microseconds(in: 20...scenario.maxLatency) }

    private mutating func fate() -> Fate {
        var fate = Fate()
        if random.chance(perMille: scenario.faults.droppedPerMille) {
            report.faults.droppedMessages += 1
            fate.copies = 0
        } else if random.chance(perMille: scenario.faults.duplicatedPerMille) {
            report.faults.duplicatedMessages += 1
            fate.copies = 2
        } else if random.chance(perMille: scenario.faults.delayedPerMille) {
            report.faults.delayedMessages += 1
            fate.delay = random.microseconds(in: 1_000...600_000)
        }
        return fate
    }

    /// Puts a message on its way: after the one before, unless it is delayed past later ones.
    mutating func dispatch(
        _ event: SimulatedEvent,
        after last: inout Timestamp,
        isReliable: Bool = false
    ) {
        let fate = isReliable ? Fate() : fate()
        if let delay = fate.delay {
            queue.insert(event, at: now + delay)
            return
        }
        for copy in 0..<fate.copies {
            let arrival = max(now + latency(), last)
            // The second copy may come much later than what follows the first.
            if copy == 0 { last = arrival }
            queue.insert(event, at: copy == 0 ? arrival : arrival + random.microseconds(in: 0...200_000))
        }
    }

    mutating func send(_ message: RouterMessage, from slot: Int, isReliable: Bool = false) {
        guard network.routerLinks[slot].isUp else { return }
        var last = network.routerLinks[slot].lastToRouter
        let epoch = network.routerLinks[slot].epoch
        dispatch(.toRouter(message, slot: slot, epoch: epoch), after: &last, isReliable: isReliable)
        network.routerLinks[slot].lastToRouter = last
    }

    mutating func send(_ message: WorkerMessage, to worker: WorkerRef) {
        guard let slot = slot(of: worker), network.routerLinks[slot].isUp else { return }
        var last = network.routerLinks[slot].lastToWorker
        dispatch(.toWorker(message, slot: slot, epoch: network.routerLinks[slot].epoch), after: &last)
        network.routerLinks[slot].lastToWorker = last
    }

    /// The slot of a worker, if that very boot lives.
    func slot(of worker: WorkerRef) -> Int? {
        workers.indices.first { workers[$0].ref == worker && workers[$0].isAlive }
    }
}
