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
        case .toRouter(let message, let slot, let epoch):
            guard network.routerLinks[slot].isUp, network.routerLinks[slot].epoch == epoch else { return }
            try tellRouter(routerEvent(message, from: workers[slot].ref))
        case .routerLoses(let worker, let slot, let epoch):
            // A newer connection of the same worker has replaced the lost one already.
            if network.routerLinks[slot].epoch == epoch { try tellRouter(.lost(worker)) }
        default: preconditionFailure("\(event) does not happen at the router")
        }
    }

    private func routerEvent(_ message: RouterMessage, from worker: WorkerRef) -> RouterEvent {
        switch message {
        case .register(let registration): .registered(registration)
        case .load(let load): .loaded(worker, load)
        case .answer(let answer): .answered(answer, from: worker)
        case .tokens(let batch): .tokens(batch, from: worker)
        case .ended(let ended): .ended(ended, from: worker)
        }
    }

    mutating func tellRouter(_ event: RouterEvent) throws(SimulationViolation) {
        for action in router.handle(event, now: now) { try perform(action) }
        if let deadline = router.nextDeadline, routerTickAt.map({ deadline < $0 }) ?? true {
            routerTickAt = deadline
            queue.insert(.routerTick, at: max(deadline, now))
        }
    }

    private mutating func perform(_ action: RouterAction) throws(SimulationViolation) {
        switch action {
        case .assign(let worker, let assignment):
            noteAssignment(assignment, to: worker)
            send(.assign(assignment), to: worker)
        case .cancel(let worker, let attempt): send(.cancel(attempt), to: worker)
        case .requestLoad(let worker): send(.askLoad, to: worker)
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

    private mutating func noteAssignment(_ assignment: Assignment, to worker: WorkerRef) {
        if case .prefill = assignment.part { return }
        if let index = requestIndex[assignment.attempt.request] {
            requests[index].lastDecode = (assignment, worker)
        }
    }

    private mutating func note(_ record: RequestRecord) {
        guard case .finished = record.outcome, let last = record.attempts.last else { return }
        if last.chosen.plan.prefill == nil { report.locals += 1 } else { report.handOffs += 1 }
    }
}
