import ServingTypes

/// What workers say about their parts.
extension RequestMachine {
    func placed(_ attempt: Attempt) -> State {
        .placed(attempt, until: attempt.deadline(answerTimeout: limits.answerTimeout))
    }

    /// The state of an attempt that goes on as before.
    private func unchanged(_ attempt: Attempt) -> State {
        switch state {
        case .decoding(_, let until): .decoding(attempt, until: until)
        case .waiting, .placed, .over: placed(attempt)
        }
    }

    mutating func answered(
        _ answer: AssignmentAnswer,
        by role: Attempt.Role,
        _ attempt: Attempt,
        _ now: Timestamp
    ) -> (State, [RequestEffect]) {
        var attempt = attempt
        guard let refusal = answer.refusal else {
            if attempt.part(role).status == .asked { attempt.update(role) { $0.status = .accepted } }
            return (unchanged(attempt), [])
        }
        // What was taken cannot be refused any more.
        guard attempt.part(role).status == .asked else { return stale }
        var effects = [RequestEffect.count(.refusal)] + forget(role, &attempt)
        guard refusal.code != .badRequest else {
            effects += drop(attempt.liveRoles, &attempt)
            return fail(refusal, attempt, effects, now)
        }
        lastError = refusal
        lastRetryAfter = answer.retryAfter
        let pause = answer.retryAfter ?? limits.avoidance
        effects.append(.avoid(attempt.part(role).worker.id, pause, untilReport: true))
        return again(attempt, refusal, wasRefused: true, effects, now)
    }

    mutating func tokens(
        _ batch: TokenBatch,
        by role: Attempt.Role,
        _ attempt: Attempt,
        _ now: Timestamp
    ) -> (State, [RequestEffect]) {
        var attempt = attempt
        let merge = merge(batch, by: role, attempt)
        guard case .fits(let fresh, let finish) = merge else {
            return violated(merge, by: role, attempt, now)
        }
        var effects: [RequestEffect] = []
        if !fresh.isEmpty {
            effects.append(.emit(fresh, firstIndex: output.count))
            note(fresh, now)
            attempt.note(newTokens: fresh.count, now: now)
        }
        if let finish {
            // Whoever says the end ends by itself; the other worker must be told.
            let others = attempt.liveRoles.filter { batch.finish == nil || ($0 != role && role == .prefill) }
            effects += [.finish(finish)] + drop(others, &attempt)
            return over(.finished(finish), attempt, effects, now)
        }
        attempt.update(role) { $0.status = .accepted }
        // Whoever has a token has computed the prompt.
        effects += attempt.update(role) { $0.takeComputed() }
        guard role == .decode else { return (unchanged(attempt), effects) }
        return (.decoding(attempt, until: now + limits.silenceTimeout), effects)
    }

    /// What a batch means for the output.
    private enum Merge { case fits(ArraySlice<SampledToken>, FinishReason?), conflict, gap, violation }

    private func merge(_ batch: TokenBatch, by role: Attempt.Role, _ attempt: Attempt) -> Merge {
        guard !batch.tokens.isEmpty, batch.firstIndex >= attempt.firstOutputIndex else { return .violation }
        if role == .prefill {
            guard batch.firstIndex == attempt.firstOutputIndex, batch.tokens.count == 1 else {
                return .violation
            }
        }
        guard batch.firstIndex <= output.count else { return .gap }
        let repeated = min(output.count - batch.firstIndex, batch.tokens.count)
        for offset in 0..<repeated where output[batch.firstIndex + offset] != batch.tokens[offset].id {
            return .conflict
        }
        let fresh = batch.tokens[repeated...]
        for (index, token) in zip(fresh.indices, fresh) {
            guard let finish = sampling.finish(after: token.id, at: batch.firstIndex + index) else {
                continue
            }
            return .fits(fresh[...index], finish)
        }
        // A worker may end earlier, at the end of its context, but not before what was emitted.
        guard batch.finish == nil || batch.firstIndex + batch.tokens.count >= output.count else {
            return .violation
        }
        return .fits(fresh, batch.finish)
    }

    private mutating func note(_ fresh: ArraySlice<SampledToken>, _ now: Timestamp) {
        output.append(contentsOf: fresh.lazy.map(\.id))
        // An answer that moves on is worth continuing, however many workers die under it.
        if !fresh.isEmpty { fruitlessCount = 0 }
        if firstTokenAt == nil { firstTokenAt = now }
        if secondTokenAt == nil, output.count > 1 { secondTokenAt = now }
    }

    private mutating func violated(
        _ merge: Merge,
        by role: Attempt.Role,
        _ attempt: Attempt,
        _ now: Timestamp
    ) -> (State, [RequestEffect]) {
        let (incident, what): (RequestEffect.Incident, String) =
            switch merge {
            case .conflict: (.conflict, "repeated a token that differs from the one emitted")
            case .gap: (.gap, "skipped an output token")
            case .violation, .fits: (.violation, "sent tokens that its part cannot produce")
            }
        let worker = attempt.part(role).worker
        let error = ServingError(.protocolViolation, "\(worker) \(what) in attempt \(attempt.id.number)")
        return retry(attempt, error, blaming: [role], [.count(incident)], now)
    }

    mutating func done(
        _ ended: WorkEnded,
        by role: Attempt.Role,
        _ attempt: Attempt,
        _ now: Timestamp
    ) -> (State, [RequestEffect]) {
        var attempt = attempt
        let effects = end(role, ended.report, &attempt)
        guard role == .decode else { return (unchanged(attempt), effects) }
        let message = "\(attempt.decode.worker) ended attempt \(attempt.id.number) without a last token"
        let error = ServingError(.protocolViolation, message)
        return retry(attempt, error, blaming: [.decode], effects + [.count(.violation)], now)
    }

    mutating func failed(
        _ ended: WorkEnded,
        by role: Attempt.Role,
        _ attempt: Attempt,
        _ now: Timestamp
    ) -> (State, [RequestEffect]) {
        var attempt = attempt
        let effects = end(role, ended.report, &attempt)
        guard let error = ended.failure, !isHarmless(role) else { return (unchanged(attempt), effects) }
        guard error.code != .preempted else { return givenBack(attempt, error, by: role, effects, now) }
        // A failed transfer may be either side's fault, or that of the way between them.
        return retry(attempt, error, blaming: [.prefill, .decode], effects, now)
    }

    mutating func lost(
        _ role: Attempt.Role,
        _ attempt: Attempt,
        _ now: Timestamp
    ) -> (State, [RequestEffect]) {
        var attempt = attempt
        let effects = forget(role, &attempt)
        guard !isHarmless(role) else { return (unchanged(attempt), effects) }
        let error = ServingError(.peerLost, "the connection to \(attempt.part(role).worker) closed")
        return retry(attempt, error, blaming: [], effects, now)
    }

    /// Once the decode worker speaks it has all KV, and the prefill worker no longer matters.
    private func isHarmless(_ role: Attempt.Role) -> Bool {
        if case .decoding = state { role == .prefill } else { false }
    }

    mutating func expired(
        _ attempt: Attempt,
        isDecoding: Bool,
        _ now: Timestamp
    ) -> (State, [RequestEffect]) {
        let silent = attempt.liveRoles.filter { role in
            isDecoding ? role == .decode : !attempt.isUnanswered || attempt.part(role).status == .asked
        }
        let names = silent.map { attempt.part($0).worker.description }.joined(separator: " and ")
        let waited = (now - attempt.placedAt).milliseconds
        let message =
            "attempt \(attempt.id.number) waited in vain for \(names) until \(waited) ms after its start"
        return retry(attempt, ServingError(.deadline, message), blaming: silent, [], now)
    }
}
