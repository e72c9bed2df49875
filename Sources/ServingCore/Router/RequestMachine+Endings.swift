import ServingTypes

/// How parts, attempts and the request end.
extension RequestMachine {
    /// Notes that a worker ended its part by its own word.
    func end(_ role: Attempt.Role, _ report: StageReport, _ attempt: inout Attempt) -> [RequestEffect] {
        attempt.update(role) { part in
            part.status = .ended
            part.report = report
            return part.takeCharge()
        }
    }

    /// Notes that a worker has nothing of its part any more.
    func forget(_ role: Attempt.Role, _ attempt: inout Attempt) -> [RequestEffect] {
        attempt.update(role) { part in
            part.status = .dropped
            return part.takeCharge()
        }
    }

    /// Takes parts back from their workers.
    func drop(_ roles: [Attempt.Role], _ attempt: inout Attempt) -> [RequestEffect] {
        roles.flatMap { role in
            [.cancel(attempt.part(role).worker, attempt.id)] + forget(role, &attempt)
        }
    }

    /// Counts a failed attempt and waits for another place, unless it was the last.
    mutating func retry(
        _ attempt: Attempt,
        _ error: ServingError,
        blaming roles: [Attempt.Role],
        _ effects: [RequestEffect],
        _ now: Timestamp
    ) -> (State, [RequestEffect]) {
        var attempt = attempt
        var effects = effects + [.count(.failedAttempt)]
        failureCount += 1
        fruitlessCount += 1
        lastError = error
        lastRetryAfter = nil
        queueDeadline = now + limits.queueTimeout
        for role in roles where role == .decode || attempt.prefill != nil {
            let worker = attempt.part(role).worker.id
            failures[worker, default: 0] += 1
            guard failureCount > 1 else { continue }
            let pause = limits.backoff * (1 << min(failureCount - 2, 8))
            effects.append(.avoid(worker, pause, untilReport: false))
        }
        guard fruitlessCount >= limits.maxAttempts else {
            return again(attempt, error, wasRefused: false, effects, now)
        }
        effects += drop(attempt.liveRoles, &attempt)
        return fail(error, attempt, effects, now)
    }

    /// Places work anew that a worker gave back for the sake of other work: nobody failed.
    ///
    /// The worker has just become too full for it, so it is asked again only once it has reported.
    mutating func givenBack(
        _ attempt: Attempt,
        _ reason: ServingError,
        by role: Attempt.Role,
        _ effects: [RequestEffect],
        _ now: Timestamp
    ) -> (State, [RequestEffect]) {
        preemptionCount += 1
        (lastError, lastRetryAfter) = (reason, nil)
        queueDeadline = now + limits.queueTimeout
        let worker = attempt.part(role).worker.id
        let effects =
            effects + [
                .count(.preemption), .avoid(worker, limits.avoidance, untilReport: true),
            ]
        return again(attempt, reason, wasRefused: true, effects, now)
    }

    /// Gives the attempt up and waits for another place.
    mutating func again(
        _ attempt: Attempt,
        _ error: ServingError,
        wasRefused: Bool,
        _ effects: [RequestEffect],
        _ now: Timestamp
    ) -> (State, [RequestEffect]) {
        var attempt = attempt
        let dropped = drop(attempt.liveRoles, &attempt)
        // Refusals are not bounded by a count: the record keeps the latest.
        if history.count >= RequestRecord.maxAttempts - 1 { history.removeFirst() }
        history.append(
            attempt.record(submittedAt: submittedAt, endedAt: now, failure: error, wasRefused: wasRefused)
        )
        return (.waiting(until: queueDeadline), effects + dropped + [.wait])
    }

    /// Ends the request with an error.
    mutating func fail(
        _ error: ServingError,
        _ attempt: Attempt?,
        _ effects: [RequestEffect],
        _ now: Timestamp
    ) -> (State, [RequestEffect]) {
        let failure = RequestEffect.fail(error, retryAfter: lastRetryAfter)
        return over(.failed(error), attempt, effects + [failure], now)
    }

    /// Ends the request; workers that still have a part may report until a deadline.
    mutating func over(
        _ outcome: RequestOutcome,
        _ attempt: Attempt?,
        _ effects: [RequestEffect],
        _ now: Timestamp
    ) -> (State, [RequestEffect]) {
        endedAt = now
        guard attempt?.liveRoles.isEmpty == false else {
            return (.over(outcome, attempt, until: nil), effects + [.close])
        }
        return (.over(outcome, attempt, until: now + limits.reportTimeout), effects)
    }

    /// Collects the last reports.
    func overTransition(
        _ event: Event,
        _ outcome: RequestOutcome,
        _ attempt: Attempt?,
        _ now: Timestamp
    ) -> (State, [RequestEffect]) {
        guard var attempt else { return (state, []) }
        var effects: [RequestEffect] = []
        switch event {
        case .ended(let ended, let worker):
            guard ended.attempt == attempt.id, let role = attempt.role(of: worker), attempt.part(role).isLive
            else { return stale }
            effects = end(role, ended.report, &attempt)
        case .lost(let worker):
            guard let role = attempt.role(of: worker), attempt.part(role).isLive else { return (state, []) }
            effects = forget(role, &attempt)
        case .expired:
            guard let deadline, now >= deadline else { return (state, []) }
            effects = drop(attempt.liveRoles, &attempt)
        case .answered, .tokens: return stale
        case .placed, .rejected, .cancelled: return (state, [])
        }
        guard attempt.liveRoles.isEmpty else { return (.over(outcome, attempt, until: deadline), effects) }
        return (.over(outcome, attempt, until: nil), effects + [.close])
    }

    /// Why a request was never placed in time.
    func queueError(_ obstacle: PlacementObstacle?) -> ServingError {
        var message = "no place within \(limits.queueTimeout.milliseconds) ms"
        if let obstacle { message += ": \(obstacle)" }
        if let lastError { message += "; before: \(lastError)" }
        return ServingError(.noCapacity, message)
    }

    /// All attempts that are kept, the running one last.
    var attempts: [AttemptRecord] {
        let running = attempt.map {
            $0.record(submittedAt: submittedAt, endedAt: submittedAt, failure: nil, wasRefused: false)
        }
        return history + (running.map { [$0] } ?? [])
    }

    /// What is known of the request once it is over; `nil` before.
    func record(of request: RequestID) -> RequestRecord? {
        guard case .over(let outcome, let attempt, _) = state, let endedAt else { return nil }
        let failure: ServingError? = if case .failed(let error) = outcome { error } else { nil }
        let last = attempt.map {
            $0.record(submittedAt: submittedAt, endedAt: endedAt, failure: failure, wasRefused: false)
        }
        return RequestRecord(
            request: request,
            promptTokens: promptTokenCount,
            outputTokens: output.count,
            quality: quality,
            terms: terms,
            submittedAt: submittedAt,
            ttft: firstTokenAt.map { $0 - submittedAt },
            gap: firstTokenAt.flatMap { first in secondTokenAt.map { $0 - first } },
            elapsed: endedAt - submittedAt,
            outcome: outcome,
            attempts: history + (last.map { [$0] } ?? [])
        )
    }
}
