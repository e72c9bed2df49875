import KVCache
import ServingCore
import ServingTypes

/// The router and its clients.
extension ClusterSimulation {
    mutating func happenAtRouter(_ event: SimulatedEvent) throws(SimulationViolation) {
        switch event {
        case .submit(let index): try tellRouter(.submitted(requests[index].submission))
        case .leave(let index):
            guard !requests[index].stream.isOver else { return }
            try check(requests[index].stream.abandon(), by: requests[index].stream)
            report.cancelled += 1
            let reason: CancelReason = index.isMultiple(of: 2) ? .clientGone : .stopString
            try tellRouter(.cancelled(requests[index].submission.request, reason))
        case .routerTick:
            routerTickAt = nil
            try tellRouter(.ticked)
        case .changeRole(let slot, let isReturn):
            wantRole(slot, isReturn: isReturn)
        case .cordon(let slot, let value):
            let worker = workers[slot].ref.id
            cordons.order(worker, value)
            try tellRouter(.cordoned(worker, value))
        case .toRouter(let message, let slot, let epoch):
            guard network.routerLinks[slot].isUp, network.routerLinks[slot].epoch == epoch else { return }
            try tellRouter(routerEvent(message, from: workers[slot].ref))
        case .routerLoses(let worker, let slot, let epoch):
            // A newer connection of the same worker has replaced the lost one already.
            if network.routerLinks[slot].epoch == epoch { try tellRouter(.lost(worker)) }
        default: preconditionFailure("\(event) does not happen at the router")
        }
    }

    /// An order may get lost with a link, so the way back is repeated until it is done.
    private mutating func wantRole(_ slot: Int, isReturn: Bool) {
        let first: WorkerRole = slot < scenario.prefillWorkers ? .prefill : .decode
        let wanted = isReturn ? first : first == .prefill ? .decode : .prefill
        guard workers[slot].isAlive else { return }
        report.faults.roleOrders += 1
        send(.setRole(wanted), to: workers[slot].ref)
        guard isReturn, workers[slot].core.role != wanted else { return }
        queue.insert(.changeRole(slot: slot, isReturn: true), at: now + .milliseconds(200))
    }

    private func routerEvent(_ message: RouterMessage, from worker: WorkerRef) -> RouterEvent {
        switch message {
        case .register(let registration): .registered(registration)
        case .registerAnew(let registration): .roleChanged(registration)
        case .roleAnswer(let answer): .roleAnswered(answer, from: worker)
        case .load(let load): .loaded(worker, load)
        case .answer(let answer): .answered(answer, from: worker)
        case .tokens(let batch): .tokens(batch, from: worker)
        case .ended(let ended): .ended(ended, from: worker)
        }
    }

    mutating func tellRouter(_ event: RouterEvent) throws(SimulationViolation) {
        for action in router.handle(event, now: now) { try perform(action) }
        for action in router.steer(now: now) { try perform(action) }
        if let deadline = router.nextDeadline, routerTickAt.map({ deadline < $0 }) ?? true {
            routerTickAt = deadline
            queue.insert(.routerTick, at: max(deadline, now))
        }
    }

    private mutating func perform(_ action: RouterAction) throws(SimulationViolation) {
        switch action {
        case .assign(let worker, let assignment):
            try check(cordons.assigned(assignment.attempt, to: worker), by: cordons)
            try assign(assignment, to: worker)
        case .cancel(let worker, let attempt): send(.cancel(attempt), to: worker)
        case .preempt(let worker, let attempt): send(.preempt(attempt), to: worker)
        case .requestLoad(let worker): send(.askLoad, to: worker)
        case .setRole(let worker, let role): send(.setRole(role), to: worker)
        case .emit(let request, let tokens, let firstIndex):
            let index = try known(request)
            let problem = requests[index].stream.deliver(tokens, firstIndex: firstIndex)
            try check(problem.map { "request \(index): \($0)" }, by: requests[index].stream)
            report.tokens += tokens.count
        case .finish(let request, let reason):
            let index = try known(request)
            let problem = requests[index].stream.finish(reason)
            try check(problem.map { "request \(index): \($0)" }, by: requests[index].stream)
            report.finished += 1
        case .fail(let request, let error, _):
            let index = try known(request)
            try check(requests[index].stream.abandon(), by: requests[index].stream)
            let tokens = requests[index].submission.promptTokens.count
            try check(ending.failure(error, tokens: tokens, faults: report.faults), by: ending)
            if ending.isOversize(tokens) { report.oversize += 1 } else { report.failed += 1 }
        case .record(let record):
            note(record)
            try check(ending.history(record, faults: report.faults), by: ending)
        }
    }

    private func known(_ request: RequestID) throws(SimulationViolation) -> Int {
        guard let index = requestIndex[request] else {
            throw violation("an action names request \(request), which nobody sent", by: fencing)
        }
        return index
    }

    /// Takes the codec that the client allows, whether it saves time or not, and at times adds a place to
    /// fetch from: one that is right, out of date, or gone.
    private mutating func assign(_ assignment: Assignment, to worker: WorkerRef) throws(SimulationViolation) {
        let index = try known(assignment.attempt.request)
        var assignment = assignment
        assignment.codec = requests[index].codec
        let output = assignment.tokens.dropFirst(assignment.promptTokens)
        let problem = requests[index].stream.resume(from: output)
        try check(problem.map { "request \(index): \($0)" }, by: requests[index].stream)
        if requests[index].budget != nil { expectReduced(assignment, index) }
        if case .decode = assignment.part {
        } else if assignment.fetch == nil {
            assignment.fetch = fetchPlan(
                for: assignment,
                at: worker,
                hashes: requests[index].submission.blockHashes
            )
        }
        if case .prefill = assignment.part {} else { requests[index].lastDecode = (assignment, worker) }
        send(.assign(assignment), to: worker)
    }

    /// The answer of an attempt depends on what its budget keeps of the tokens so far.
    private mutating func expectReduced(_ assignment: Assignment, _ index: Int) {
        guard requests[index].reducedTags[assignment.attempt.number] == nil else { return }
        var budget = assignment.budget
        if case .whole = assignment.part { budget = nil }
        let answer = TokenModel(layerCount: scenario.layout.layerCount).answer(
            to: assignment.tokens,
            promptTokens: assignment.promptTokens,
            assignment.sampling,
            contextTokens: scenario.contextTokens,
            keeping: budget
        )
        requests[index].reducedTags[assignment.attempt.number] = answer.tags
        requests[index].stream.expect(answer)
        if let budget, budget.tokens < assignment.tokens.count { report.reducedAttempts += 1 }
    }

    private mutating func fetchPlan(
        for assignment: Assignment,
        at worker: WorkerRef,
        hashes: [BlockHash]
    ) -> KVFetchPlan? {
        guard random.chance(perMille: scenario.fetchesPerMille) else { return nil }
        let blocks = random.int(in: 1...scenario.layout.blockCount(tokens: assignment.tokens.count))
        let others = workers.indices.filter { workers[$0].ref.id != worker.id }
        guard let anybody = others.randomElement(&random) else { return nil }
        let held = others.map { slot in
            let blocks = Set(workers[slot].core.fullLoad().addedBlocks)
            return hashes.prefix { blocks.contains($0) }.count
        }
        let isWrong = random.chance(perMille: 150)
        guard let most = held.max(), most > 0 || isWrong else { return nil }
        let holder = zip(others, held).first { $0.1 == most }?.0
        let source = isWrong ? anybody : holder ?? anybody
        var address = workers[source].address
        if random.chance(perMille: 30) { address.worker.incarnation.rawValue ^= 1 }
        return KVFetchPlan(source: address, blockCount: blocks)
    }

    private mutating func note(_ record: RequestRecord) {
        guard case .finished = record.outcome, let last = record.attempts.last else { return }
        if last.chosen.plan.prefill == nil { report.locals += 1 } else { report.handOffs += 1 }
    }
}
