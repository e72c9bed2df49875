import ServingCore
import ServingTypes

/// Links between workers: opened on demand, lost with what is on its way, dialed again by the one that had
/// dialed.
extension ClusterSimulation {
    /// Sends to another worker; an offer or a fetch opens a link, anything else is lost without one.
    mutating func send(_ message: PeerMessage, from slot: Int, to peer: WorkerRef) {
        noteFetch(message, from: slot, to: peer)
        guard let target = self.slot(of: peer) else {
            if message.opensLink { loseLater(peer, at: slot) }
            return
        }
        if !network[slot, target].isOpen {
            // Into a connection that is gone, which nobody has noticed here.
            guard message.opensLink, !network[slot, target].isUnaware[slot < target ? 0 : 1] else { return }
            guard now >= network[slot, target].downUntil else {
                if network[slot, target].isRefusing { loseLater(peer, at: slot) }
                return
            }
            open(from: slot, to: target)
        }
        var last = network[slot, target].last[slot < target ? 0 : 1]
        let event = SimulatedEvent.toPeer(message, from: slot, to: target, epoch: network[slot, target].epoch)
        dispatch(event, after: &last)
        network[slot, target].last[slot < target ? 0 : 1] = last
    }

    /// A link is there; both ends learn it, each at its own time.
    private mutating func open(from slot: Int, to target: Int) {
        network[slot, target].epoch += 1
        network[slot, target].isOpen = true
        network[slot, target].dialer = slot
        network[slot, target].isUnaware = [false, false]
        let epoch = network[slot, target].epoch
        for (end, other) in [(slot, target), (target, slot)] {
            let event = SimulatedEvent.linkOpened(
                workers[other].ref,
                slot: end,
                boot: workers[end].boot,
                epoch: epoch
            )
            queue.insert(event, at: now + latency())
        }
    }

    /// A link is gone with everything on its way; both ends learn it, each at its own time.
    mutating func loseLink(_ left: Int, _ right: Int) {
        guard network[left, right].isOpen else { return }
        network[left, right].isOpen = false
        network[left, right].epoch += 1
        network[left, right].isUnaware = [true, true]
        let epoch = network[left, right].epoch
        for (end, other) in [(left, right), (right, left)] where workers[end].isAlive {
            let event = SimulatedEvent.linkLost(
                workers[other].ref,
                at: other,
                slot: end,
                boot: workers[end].boot,
                epoch: epoch
            )
            queue.insert(event, at: now + random.microseconds(in: 100...150_000))
        }
    }

    mutating func happenOnLink(_ event: SimulatedEvent) throws(SimulationViolation) {
        switch event {
        case .toPeer(let message, let from, let to, let epoch):
            guard network[from, to].epoch == epoch else { return }
            try tell(to, workerEvent(message, from: from))
        case .linkOpened(let peer, let slot, let boot, let epoch):
            guard isBoot(boot, slot), let target = self.slot(of: peer), network[slot, target].epoch == epoch
            else { return }
            try tell(slot, .linkOpened(peer))
        case .linkLost(let peer, let other, let slot, let boot, let epoch):
            // A link that is there again by then has never been gone for this end.
            guard isBoot(boot, slot), network[slot, other].epoch == epoch else { return }
            network[slot, other].isUnaware[slot < other ? 0 : 1] = false
            try tell(slot, .linkLost(peer))
            guard network[slot, other].dialer == slot else { return }
            let redial = SimulatedEvent.redial(peer, at: other, slot: slot, boot: boot, epoch: epoch)
            queue.insert(redial, at: now + random.microseconds(in: 100...20_000))
        case .redial(let peer, let other, let slot, let boot, let epoch):
            try redial(peer, at: other, from: slot, boot, epoch)
        case .workerLosesPeer(let peer, let slot, let boot):
            if isBoot(boot, slot) { try tell(slot, .peerLost(peer)) }
        default: preconditionFailure("\(event) does not happen on a link")
        }
    }

    private mutating func redial(
        _ peer: WorkerRef,
        at other: Int,
        from slot: Int,
        _ boot: Int,
        _ epoch: Int
    ) throws(SimulationViolation) {
        guard isBoot(boot, slot), network[slot, other].epoch == epoch else { return }
        guard workers[slot].core.isExchanging(with: peer) else { return }
        let isDown = now < network[slot, other].downUntil
        // The process is gone, another boot answers, or nobody listens.
        if self.slot(of: peer) == nil || isDown && network[slot, other].isRefusing {
            if self.slot(of: peer) != nil { report.faults.refusedDials += 1 }
            try tell(slot, .peerLost(peer))
        } else if isDown {
            let again = SimulatedEvent.redial(peer, at: other, slot: slot, boot: boot, epoch: epoch)
            queue.insert(again, at: now + random.microseconds(in: 20_000...100_000))
        } else {
            report.reopenedLinks += 1
            open(from: slot, to: other)
        }
    }

    private func workerEvent(_ message: PeerMessage, from slot: Int) -> WorkerEvent {
        let peer = workers[slot].ref
        return switch message {
        case .offer(let offer): .offered(offer, from: peer)
        case .held(let held): .held(held, from: peer)
        case .resend(let resend): .resendWanted(resend, from: peer)
        case .handOff(let handOff): .handedOff(handOff, from: peer)
        case .verified(let transfer): .verified(transfer, from: peer)
        case .abort(let abort): .aborted(abort, from: peer)
        case .fetch(let fetch): .fetchWanted(fetch, from: workers[slot].address)
        case .probed(let number): .probed(number: number, from: peer)
        }
    }

    private mutating func loseLater(_ peer: WorkerRef, at slot: Int) {
        let event = SimulatedEvent.workerLosesPeer(peer, slot: slot, boot: workers[slot].boot)
        queue.insert(event, at: now + random.microseconds(in: 100...10_000))
    }

    /// Keeps count of who fetches from whom, to know what a kill interrupts.
    private mutating func noteFetch(_ message: PeerMessage, from slot: Int, to peer: WorkerRef) {
        switch message {
        case .fetch(let fetch): fetching[fetch.attempt] = (workers[slot].ref, peer)
        case .verified(let transfer) where transfer.kind == .fetch: fetching[transfer.attempt] = nil
        case .abort(let abort) where abort.transfer.kind == .fetch:
            if fetching[abort.transfer.attempt]?.source == workers[slot].ref, abort.error.code == .cancelled {
                report.missedFetches += 1
            }
            fetching[abort.transfer.attempt] = nil
        default: break
        }
    }
}
