import ServingCore
import ServingTypes

/// Workers: their messages, timers and engine.
extension ClusterSimulation {
    mutating func happenAtWorker(_ event: SimulatedEvent) throws(SimulationViolation) {
        switch event {
        case .toWorker(let message, let slot, let epoch):
            guard network.routerLinks[slot].isUp, network.routerLinks[slot].epoch == epoch else { return }
            try deliver(message, to: slot)
        case .workerLosesRouter(let slot, let boot, let epoch):
            if isBoot(boot, slot) { try tell(slot, .routerLost(routerKey(slot, epoch: epoch))) }
        case .reconnect(let slot, let boot):
            if isBoot(boot, slot) { connect(slot) }
        case .workerTick(let slot, let boot):
            guard isBoot(boot, slot) else { return }
            workers[slot].tickAt = nil
            try tell(slot, .ticked)
        case .loadCheck(let slot, let boot):
            guard isBoot(boot, slot) else { return }
            reportLoad(slot)
            try considerProbe(slot)
        case .probeCheck(let slot, let boot):
            if isBoot(boot, slot) { try considerProbe(slot) }
        case .drain(let slot, let boot, let value):
            guard isBoot(boot, slot) else { return }
            if value { report.faults.drains += 1 }
            workers[slot].drain.order(value)
            try tell(slot, .draining(value))
        case .flush(let slot, let boot):
            guard isBoot(boot, slot) else { return }
            let key = routerKey(slot, epoch: network.routerLinks[slot].epoch)
            try tell(slot, .flushWanted(router: key))
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
            let isHalfWritten = network.flights.values.contains { flight in
                guard flight.to == slot, flight.chunk.transfer.attempt == attempt, flight.isArriving,
                    case .blocks = flight.placement
                else { return false }
                return true
            }
            if isHalfWritten { report.cancelledWrites += 1 }
            try tell(slot, .cancelled(attempt, router: router))
            workers[slot].overAttempts.insert(attempt)
        case .setRole(let role): try tell(slot, .roleWanted(role, router: router))
        case .preempt(let attempt): try tell(slot, .preemptionWanted(attempt, router: router))
        case .askLoad: send(.load(workers[slot].core.fullLoad()), from: slot)
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

    /// Lets a worker measure a path; one that was lost on the way is noticed later.
    private mutating func considerProbe(_ slot: Int) throws(SimulationViolation) {
        let actions = workers[slot].core.considerProbe(now: now)
        guard !actions.isEmpty else { return }
        let check = SimulatedEvent.probeCheck(slot: slot, boot: workers[slot].boot)
        queue.insert(check, at: now + SimulatedWorker.probeDeadline)
        try perform(actions, at: slot)
    }

    mutating func tell(_ slot: Int, _ event: WorkerEvent) throws(SimulationViolation) {
        guard workers[slot].isAlive else { return }
        let actions = workers[slot].core.handle(event, now: now)
        try perform(actions, at: slot)
    }

    /// Does what a core asks, and sees to its timers and its engine.
    mutating func perform(_ actions: [WorkerAction], at slot: Int) throws(SimulationViolation) {
        for action in actions { try perform(action, at: slot) }
        try check(workers[slot].drain.look(workers[slot].core), by: workers[slot].drain)
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
        if workers[slot].steps.isEmpty { try startStep(slot) }
    }

    private mutating func perform(_ action: WorkerAction, at slot: Int) throws(SimulationViolation) {
        switch action {
        case .answer(let router, let answer):
            if answer.refusal == nil { try checkIsNotOver(answer.attempt, at: slot, "takes") }
            sendIfCurrent(.answer(answer), from: slot, router)
        case .tokens(let router, let batch):
            try checkIsNotOver(batch.attempt, at: slot, "produces tokens for")
            sendIfCurrent(.tokens(batch), from: slot, router)
        case .load(let load): send(.load(load), from: slot)
        case .ended(let router, let ended):
            try checkIsNotOver(ended.attempt, at: slot, "ends")
            workers[slot].overAttempts.insert(ended.attempt)
            sendIfCurrent(.ended(ended), from: slot, router)
        case .offer(let peer, let offer): send(.offer(offer), from: slot, to: peer.worker)
        case .held(let peer, let held): send(.held(held), from: slot, to: peer)
        case .handOff(let peer, let handOff): send(.handOff(handOff), from: slot, to: peer)
        case .verified(let peer, let transfer): send(.verified(transfer), from: slot, to: peer)
        case .abort(let peer, let abort): send(.abort(abort), from: slot, to: peer)
        case .resend(let peer, let resend): send(.resend(resend), from: slot, to: peer)
        case .fetch(let source, let fetch): send(.fetch(fetch), from: slot, to: source.worker)
        case .probed(let peer, let number): send(.probed(number), from: slot, to: peer)
        case .wakeLanes(let receiver): wakeLanes(to: receiver.worker, from: slot)
        case .roleAnswer(let router, let answer): sendIfCurrent(.roleAnswer(answer), from: slot, router)
        case .register:
            report.roleChanges += 1
            // Like the first registration it cannot get lost without the connection.
            send(.registerAnew(workers[slot].registration), from: slot, isReliable: true)
            send(.load(workers[slot].core.fullLoad()), from: slot)
        case .cacheFlushed(_, let flush): report.flushedBlocks += flush.droppedBlocks
        case .transferred, .promptStarted, .pathChanged: break
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
        isBoot(boot, slot) && workers[slot].steps.contains { $0.plan.number == step }
    }

    private mutating func startStep(_ slot: Int) throws(SimulationViolation) {
        let plan = workers[slot].core.nextStep(now: now)
        // A prompt that begins by fetching its prefix asks for it now.
        let actions = workers[slot].core.takeActions()
        if let plan { try begin(plan, at: slot) }
        if let wakeAt = workers[slot].core.nextStepAt, workers[slot].tickAt.map({ wakeAt < $0 }) ?? true {
            workers[slot].tickAt = wakeAt
            queue.insert(.workerTick(slot: slot, boot: workers[slot].boot), at: wakeAt)
        }
        if !actions.isEmpty { try perform(actions, at: slot) }
    }

    private mutating func begin(_ plan: StepPlan, at slot: Int) throws(SimulationViolation) {
        let blockTokens = scenario.layout.blockTokens
        try check(workers[slot].checker.beginStep(plan, blockTokens: blockTokens), by: workers[slot].checker)
        let willFail = random.chance(perMille: scenario.faults.failedStepsPerMille)
        var duration = workers[slot].duration(of: plan) * random.int(in: 100...160) / 100
        if random.chance(perMille: scenario.faults.stalledStepsPerMille) {
            report.faults.stalledSteps += 1
            duration += random.microseconds(in: 100_000...6_000_000)
        }
        let pause = duration / scenario.layout.layerCount
        let step = SimulatedWorker.RunningStep(plan: plan, willFail: willFail, pause: pause)
        workers[slot].steps.append(step)
        if workers[slot].steps.count > 1 { report.nestedSteps += 1 }
        goOn(slot, after: step.pause)
    }

    /// Lets the innermost step come to its next layer.
    private mutating func goOn(_ slot: Int, after pause: Duration) {
        guard let step = workers[slot].steps.last else { return }
        let boot = workers[slot].boot
        queue.insert(.layer(slot: slot, boot: boot, step: step.plan.number), at: now + pause)
    }

    /// A step has computed its next layer, unless one that runs in it keeps it waiting.
    mutating func advance(_ number: UInt64, _ slot: Int) throws(SimulationViolation) {
        guard let index = workers[slot].steps.firstIndex(where: { $0.plan.number == number }) else { return }
        guard index == workers[slot].steps.count - 1 else {
            workers[slot].steps[index].isOverdue = true
            return
        }
        let layers = workers[slot].steps[index].layers + 1
        guard layers < scenario.layout.layerCount else {
            try finishStep(slot)
            return
        }
        try compute(slot, throughLayer: layers)
        guard isRunning(number, slot, workers[slot].boot) else { return }
        goOn(slot, after: workers[slot].steps[index].pause)
        try offerYield(slot)
    }

    /// Asks the core whether something goes before the innermost step; what it wanted then is done either way.
    private mutating func offerYield(_ slot: Int) throws(SimulationViolation) {
        guard let step = workers[slot].steps.last else { return }
        let plan = workers[slot].core.preemptingStep(during: step.plan, layers: step.layers, now: now)
        let actions = workers[slot].core.takeActions()
        if let plan { try begin(plan, at: slot) }
        if !actions.isEmpty { try perform(actions, at: slot) }
    }

    /// Writes the KV of the innermost step up to a layer and lets the core send it.
    mutating func compute(_ slot: Int, throughLayer layers: Int) throws(SimulationViolation) {
        guard let index = workers[slot].steps.indices.last else { return }
        let step = workers[slot].steps[index]
        let (requests, requestIndex) = (requests, requestIndex)
        let problem = workers[slot].compute(step.plan, layers: step.layers..<layers) { attempt in
            requestIndex[attempt.request].map { requests[$0].tags(of: attempt) } ?? []
        }
        try check(problem, by: workers[slot].checker)
        workers[slot].steps[index].layers = layers
        guard layers < scenario.layout.layerCount, layers % scenario.groupLayers == 0 else { return }
        let actions = workers[slot].core.layersComputed(step.plan, layers: layers, now: now)
        for action in actions { try perform(action, at: slot) }
    }

    private mutating func finishStep(_ slot: Int) throws(SimulationViolation) {
        guard let step = workers[slot].steps.last else { return }
        let actions: [WorkerAction]
        let blockTokens = scenario.layout.blockTokens
        if step.willFail {
            report.faults.engineFailures += 1
            workers[slot].checker.endStep(step.plan, blockTokens: blockTokens)
            let error = ServingError(.engine, "step \(step.plan.number) failed")
            actions = workers[slot].core.handle(.stepFailed(step.plan, error), now: now)
        } else {
            try compute(slot, throughLayer: scenario.layout.layerCount)
            let sampled = try sample(step.plan, at: slot)
            workers[slot].checker.endStep(step.plan, blockTokens: blockTokens)
            actions = workers[slot].core.finishStep(step.plan, sampled: sampled, now: now)
        }
        workers[slot].steps.removeLast()
        try perform(actions, at: slot)
        try resume(slot)
    }

    /// A step in which another ran goes on: asked again first, as a daemon does.
    private mutating func resume(_ slot: Int) throws(SimulationViolation) {
        guard let step = workers[slot].steps.last else { return }
        if step.isOverdue {
            workers[slot].steps[workers[slot].steps.count - 1].isOverdue = false
            goOn(slot, after: step.pause / 2)
        }
        try offerYield(slot)
    }

    private func sample(_ plan: StepPlan, at slot: Int) throws(SimulationViolation) -> [SampledToken?] {
        var sampled: [SampledToken?] = []
        for entry in plan.entries {
            let index = requestIndex[entry.attempt.request]
            let right = index.map { requests[$0].tags(of: entry.attempt) } ?? []
            let acceptsLossy = index.map { requests[$0].codec.isLossy } ?? false
            var kept: [Int] = []
            if entry.droppedTokens > 0, let budget = index.flatMap({ requests[$0].budget }) {
                kept = TokenModel.kept(of: budget.tokens + entry.droppedTokens, budget)
            }
            switch workers[slot].sample(entry, right: right, kept: kept, acceptsLossy: acceptsLossy) {
            case .success(let token): sampled.append(token)
            case .failure(let fault): throw violation(fault.message, by: workers[slot].checker)
            }
        }
        return sampled
    }
}
