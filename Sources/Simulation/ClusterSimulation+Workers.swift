import ServingCore
import ServingTypes

/// Workers: their messages, timers and engine.
extension ClusterSimulation {
    mutating func happenAtWorker(_ event: SimulatedEvent) throws(SimulationViolation) {
        switch event {
        case .toWorker(let message, let slot, let epoch):
            guard network.routerLinks[slot].isUp, network.routerLinks[slot].epoch == epoch else { return }
            try deliver(message, to: slot)
        case .toPeer(let message, let from, let to, let epoch):
            guard network[from, to].epoch == epoch else { return }
            try tell(to, workerEvent(message, from: workers[from].ref))
        case .workerLosesRouter(let slot, let boot, let epoch):
            if isBoot(boot, slot) { try tell(slot, .routerLost(routerKey(slot, epoch: epoch))) }
        case .workerLosesPeer(let peer, let slot, let boot):
            if isBoot(boot, slot) { try tell(slot, .peerLost(peer)) }
        case .reconnect(let slot, let boot):
            if isBoot(boot, slot) { connect(slot) }
        case .workerTick(let slot, let boot):
            guard isBoot(boot, slot) else { return }
            workers[slot].tickAt = nil
            try tell(slot, .ticked)
        case .loadCheck(let slot, let boot):
            if isBoot(boot, slot) { reportLoad(slot) }
        case .drain(let slot, let boot, let value):
            guard isBoot(boot, slot) else { return }
            if value { report.faults.drains += 1 }
            try tell(slot, .draining(value))
        default: preconditionFailure("\(event) does not happen at a worker")
        }
    }

    func isBoot(_ boot: Int, _ slot: Int) -> Bool { workers[slot].boot == boot && workers[slot].isAlive }

    private func routerKey(_ slot: Int, epoch: Int) -> RouterKey {
        RouterKey(rawValue: UInt64(slot) << 32 | UInt64(epoch))
    }

    private mutating func deliver(_ message: WorkerMessage, to slot: Int) throws(SimulationViolation) {
        let router = routerKey(slot, epoch: network.routerLinks[slot].epoch)
        switch message {
        case .assign(let assignment): try tell(slot, .assigned(assignment, router: router))
        case .cancel(let attempt):
            try tell(slot, .cancelled(attempt, router: router))
            workers[slot].overAttempts.insert(attempt)
        case .askLoad: send(.load(workers[slot].core.fullLoad()), from: slot)
        }
    }

    private func workerEvent(_ message: PeerMessage, from peer: WorkerRef) -> WorkerEvent {
        switch message {
        case .offer(let offer): .offered(offer, from: peer)
        case .held(let held): .held(held, from: peer)
        case .handOff(let handOff): .handedOff(handOff, from: peer)
        case .verified(let attempt): .verified(attempt, from: peer)
        case .abort(let abort): .aborted(abort, from: peer)
        }
    }

    /// Opens a connection to the router: registration first, then a full report.
    mutating func connect(_ slot: Int) {
        network.routerLinks[slot].epoch += 1
        network.routerLinks[slot].isUp = true
        send(.register(workers[slot].registration), from: slot, isReliable: true)
        send(.load(workers[slot].core.fullLoad()), from: slot)
    }

    private mutating func reportLoad(_ slot: Int) {
        workers[slot].isLoadCheckPending = false
        if let load = workers[slot].core.takeLoad(now: now) { send(.load(load), from: slot) }
    }

    mutating func tell(_ slot: Int, _ event: WorkerEvent) throws(SimulationViolation) {
        guard workers[slot].isAlive else { return }
        let actions = workers[slot].core.handle(event, now: now)
        try perform(actions, at: slot)
    }

    /// Does what a core asks, and sees to its timers and its engine.
    mutating func perform(_ actions: [WorkerAction], at slot: Int) throws(SimulationViolation) {
        for action in actions { try perform(action, at: slot) }
        let boot = workers[slot].boot
        if let deadline = workers[slot].core.nextDeadline, workers[slot].tickAt.map({ deadline < $0 }) ?? true
        {
            workers[slot].tickAt = deadline
            queue.insert(.workerTick(slot: slot, boot: boot), at: max(deadline, now))
        }
        if !workers[slot].isLoadCheckPending {
            workers[slot].isLoadCheckPending = true
            queue.insert(.loadCheck(slot: slot, boot: boot), at: now + .milliseconds(50))
        }
        if workers[slot].step == nil { try startStep(slot) }
    }

    private mutating func perform(_ action: WorkerAction, at slot: Int) throws(SimulationViolation) {
        switch action {
        case .answer(let router, let answer):
            if answer.refusal == nil { try checkIsNotOver(answer.attempt, at: slot, "takes") }
            sendIfCurrent(.answer(answer), from: slot, router)
        case .tokens(let router, let batch):
            try checkIsNotOver(batch.attempt, at: slot, "produces tokens for")
            sendIfCurrent(.tokens(batch), from: slot, router)
        case .ended(let router, let ended):
            try checkIsNotOver(ended.attempt, at: slot, "ends")
            workers[slot].overAttempts.insert(ended.attempt)
            sendIfCurrent(.ended(ended), from: slot, router)
        case .offer(let peer, let offer): send(.offer(offer), from: slot, to: peer.worker)
        case .held(let peer, let held): send(.held(held), from: slot, to: peer)
        case .handOff(let peer, let handOff): send(.handOff(handOff), from: slot, to: peer)
        case .verified(let peer, let attempt): send(.verified(attempt), from: slot, to: peer)
        case .abort(let peer, let abort): send(.abort(abort), from: slot, to: peer)
        case .sendChunk(let ticket, let chunk): try launch(chunk, ticket, from: slot)
        }
    }

    private func checkIsNotOver(
        _ attempt: AttemptID,
        at slot: Int,
        _ verb: String
    ) throws(SimulationViolation) {
        try check(fencing.attempt(attempt, at: workers[slot], verb), by: fencing)
    }

    private mutating func sendIfCurrent(_ message: RouterMessage, from slot: Int, _ router: RouterKey) {
        if router == routerKey(slot, epoch: network.routerLinks[slot].epoch) { send(message, from: slot) }
    }
}

/// The engine.
extension ClusterSimulation {
    func isRunning(_ step: UInt64, _ slot: Int, _ boot: Int) -> Bool {
        isBoot(boot, slot) && workers[slot].step?.plan.number == step
    }

    private mutating func startStep(_ slot: Int) throws(SimulationViolation) {
        guard let plan = workers[slot].core.nextStep(now: now) else { return }
        let blockTokens = scenario.layout.blockTokens
        try check(workers[slot].checker.beginStep(plan, blockTokens: blockTokens), by: workers[slot].checker)
        let willFail = random.chance(perMille: scenario.faults.failedStepsPerMille)
        workers[slot].step = SimulatedWorker.RunningStep(plan: plan, willFail: willFail)
        var duration = workers[slot].duration(of: plan) * random.int(in: 100...160) / 100
        if random.chance(perMille: scenario.faults.stalledStepsPerMille) {
            report.faults.stalledSteps += 1
            duration += random.microseconds(in: 100_000...6_000_000)
        }
        let boot = workers[slot].boot
        let layerCount = scenario.layout.layerCount
        for layers in stride(from: scenario.groupLayers, to: layerCount, by: scenario.groupLayers) {
            let event = SimulatedEvent.layers(layers, slot: slot, boot: boot, step: plan.number)
            queue.insert(event, at: now + duration * layers / (layerCount + 1))
        }
        queue.insert(.stepDone(slot: slot, boot: boot, step: plan.number), at: now + duration)
    }

    /// Writes the KV of the running step up to a layer and lets the core send it.
    mutating func compute(_ slot: Int, throughLayer layers: Int) throws(SimulationViolation) {
        guard let step = workers[slot].step else { return }
        let (requests, requestIndex) = (requests, requestIndex)
        let problem = workers[slot].compute(step.plan, layers: step.layers..<layers) { request in
            requestIndex[request].map { requests[$0].tags } ?? []
        }
        try check(problem, by: workers[slot].checker)
        workers[slot].step?.layers = layers
        guard layers < scenario.layout.layerCount else { return }
        let actions = workers[slot].core.layersComputed(step.plan, layers: layers, now: now)
        for action in actions { try perform(action, at: slot) }
    }

    mutating func finishStep(_ slot: Int) throws(SimulationViolation) {
        guard let step = workers[slot].step else { return }
        let actions: [WorkerAction]
        if step.willFail {
            report.faults.engineFailures += 1
            workers[slot].checker.endStep()
            let error = ServingError(.engine, "step \(step.plan.number) failed")
            actions = workers[slot].core.handle(.stepFailed(step.plan, error), now: now)
        } else {
            try compute(slot, throughLayer: scenario.layout.layerCount)
            let sampled = try sample(step.plan, at: slot)
            workers[slot].checker.endStep()
            actions = workers[slot].core.finishStep(step.plan, sampled: sampled, now: now)
        }
        workers[slot].step = nil
        try perform(actions, at: slot)
    }

    private func sample(_ plan: StepPlan, at slot: Int) throws(SimulationViolation) -> [SampledToken?] {
        var sampled: [SampledToken?] = []
        for entry in plan.entries {
            let right = requestIndex[entry.attempt.request].map { requests[$0].tags } ?? []
            switch workers[slot].sample(entry, right: right) {
            case .success(let token): sampled.append(token)
            case .failure(let fault): throw violation(fault.message, by: workers[slot].checker)
            }
        }
        return sampled
    }
}
