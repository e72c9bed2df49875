import ServingCore
import ServingTypes

/// Values that no honest, current peer sends: each must change nothing.
extension ClusterSimulation {
    /// Delivers one forged value about a request that is being served, if there is any.
    mutating func forge() throws(SimulationViolation) {
        let served = requests.indices.filter { index in
            !requests[index].stream.isOver && requests[index].lastDecode != nil
        }
        guard !served.isEmpty else { return }
        let index = served[random.int(in: 0...served.count - 1)]
        guard let (assignment, worker) = requests[index].lastDecode else { return }
        report.faults.forgeries += 1
        switch random.int(in: 0...7) {
        case 0: try forgeTokens(assignment, from: stranger(to: assignment, worker), "a stranger's token")
        case 1:
            var other = assignment
            other.attempt.number = assignment.attempt.number &- 1
            try forgeTokens(other, from: worker, "a token of an earlier attempt")
        case 2:
            var past = worker
            past.incarnation.rawValue ^= 1
            try forgeTokens(assignment, from: past, "a token of another boot")
        case 3: try forgeEnd(assignment, from: stranger(to: assignment, worker))
        case 4: try forgeRefusal(assignment, from: stranger(to: assignment, worker))
        case 5: try forgeChunk(assignment, at: worker)
        case 6: try forgePeerWords(assignment, at: worker)
        default: try forgeHandOff(assignment, at: worker)
        }
    }

    /// Somebody who has no part in the attempt.
    private func stranger(to assignment: Assignment, _ worker: WorkerRef) -> WorkerRef {
        WorkerRef(id: WorkerID(rawValue: "stranger"), incarnation: worker.incarnation)
    }

    private mutating func forgeTokens(
        _ assignment: Assignment,
        from worker: WorkerRef,
        _ what: String
    ) throws(SimulationViolation) {
        let index = requestIndex[assignment.attempt.request].map { requests[$0].stream.deliveredCount } ?? 0
        let batch = TokenBatch(
            attempt: assignment.attempt,
            firstIndex: index,
            tokens: [SampledToken(id: 1)],
            finish: .stop
        )
        try check(
            fencing.router(router.handle(.tokens(batch, from: worker), now: now), after: what),
            by: fencing
        )
    }

    private mutating func forgeEnd(_ assignment: Assignment, from worker: WorkerRef)
        throws(SimulationViolation)
    {
        let error = ServingError(.engine, "forged")
        let ended = WorkEnded(attempt: assignment.attempt, failure: error, report: StageReport())
        let actions = router.handle(.ended(ended, from: worker), now: now)
        try check(fencing.router(actions, after: "a stranger's end"), by: fencing)
    }

    private mutating func forgeRefusal(
        _ assignment: Assignment,
        from worker: WorkerRef
    ) throws(SimulationViolation) {
        let refusal = ServingError(.badRequest, "forged")
        let answer = AssignmentAnswer(attempt: assignment.attempt, refusal: refusal)
        let actions = router.handle(.answered(answer, from: worker), now: now)
        try check(fencing.router(actions, after: "a stranger's refusal"), by: fencing)
    }

    /// Chunks with a wrong grant, from the wrong sender, or outside the prompt.
    private mutating func forgeChunk(_ assignment: Assignment, at worker: WorkerRef)
        throws(SimulationViolation)
    {
        guard let slot = slot(of: worker), case .decode(let sender) = assignment.part else { return }
        var chunk = KVChunk(
            transfer: KVTransferID(attempt: assignment.attempt, kind: .handOff),
            grant: assignment.grant,
            number: 1,
            firstLayer: 0,
            layerCount: 1,
            firstBlock: 0,
            blockCount: 1
        )
        let thief = stranger(to: assignment, worker)
        let stolen = workers[slot].core.beginChunk(chunk, from: thief, now: now)
        try check(fencing.chunk(stolen, after: "a stranger's chunk"), by: fencing)
        chunk.grant.rawValue.low ^= 1
        let ungranted = workers[slot].core.beginChunk(chunk, from: sender, now: now)
        try check(fencing.chunk(ungranted, after: "a chunk without the grant"), by: fencing)
        chunk.grant = assignment.grant
        chunk.transfer.kind = .fetch
        let fetched = workers[slot].core.beginChunk(chunk, from: sender, now: now)
        try check(fencing.chunk(fetched, after: "a hand-off's chunk as a fetch"), by: fencing)
        chunk.transfer.kind = .handOff
        chunk.firstBlock = scenario.layout.blockCount(tokens: assignment.tokens.count)
        let outside = workers[slot].core.beginChunk(chunk, from: sender, now: now)
        try check(fencing.chunk(outside, after: "a chunk behind the prompt"), by: fencing)
    }

    private mutating func forgeHandOff(_ assignment: Assignment, at worker: WorkerRef)
        throws(SimulationViolation)
    {
        guard let slot = slot(of: worker), case .decode = assignment.part else { return }
        let thief = stranger(to: assignment, worker)
        let handOff = KVHandOff(
            attempt: assignment.attempt,
            grant: assignment.grant,
            token: SampledToken(id: 1)
        )
        let actions = workers[slot].core.handle(.handedOff(handOff, from: thief), now: now)
        // After its end, the fence may confirm a hand-off again: it tells the thief only what it knows
        // already.
        let others = actions.filter { action in
            if case .verified(let peer, _) = action { peer != thief } else { true }
        }
        try check(fencing.worker(others, forger: thief, after: "a stranger's hand-off"), by: fencing)
    }

    /// Everything that the other side of a transfer may say, from somebody who is not the other side.
    private mutating func forgePeerWords(_ assignment: Assignment, at worker: WorkerRef)
        throws(SimulationViolation)
    {
        guard case .decode(let sender) = assignment.part, let slot = slot(of: sender) else { return }
        let thief = stranger(to: assignment, worker)
        for kind in KVTransferID.Kind.allCases {
            let id = KVTransferID(attempt: assignment.attempt, kind: kind)
            let held = KVHeld(
                transfer: id,
                heldBlocks: 0,
                creditBytes: .max,
                landedThrough: .max,
                isStalled: true
            )
            let abort = KVAbort(transfer: id, error: ServingError(.engine, "forged"))
            let words: [WorkerEvent] = [
                .held(held, from: thief),
                .resendWanted(KVResend(transfer: id, numbers: [1]), from: thief),
                .verified(id, from: thief),
                .aborted(abort, from: thief),
            ]
            for word in words {
                let actions = workers[slot].core.handle(word, now: now)
                try check(fencing.worker(actions, forger: thief, after: "\(word)"), by: fencing)
            }
        }
    }
}
