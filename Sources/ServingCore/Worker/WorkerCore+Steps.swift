import KVCache
import ServingTypes

/// The engine's side: what to compute next, and what came of it.
extension WorkerCore {
    /// Plans the next engine step; `nil` when there is nothing to compute.
    ///
    /// Until `finishStep` or `stepFailed` the planned sequences keep their blocks, even when they end meanwhile.
    public mutating func nextStep(now: Timestamp) -> StepPlan? {
        startWaiting(now: now)
        let answers = decodeEntries(now: now)
        let prompts =
            answersAreOwed(answers) ? [] : promptEntries(beside: companyOfPrompts(answers), now: now)
        return mixedStep(answers, prompts, now: now)
    }

    /// Numbers a step and marks who takes part; `nil` for nobody.
    mutating func stepPlan(_ entries: [StepPlan.Entry]) -> StepPlan? {
        guard !entries.isEmpty else { return nil }
        stepCount += 1
        for entry in entries { sequences[entry.attempt]?.isStepping = true }
        return StepPlan(number: stepCount, entries: entries)
    }

    /// Releases the KV of the first `layers` layers to the senders; called while the step goes on.
    public mutating func layersComputed(_ plan: StepPlan, layers: Int, now: Timestamp) -> [WorkerAction] {
        for entry in plan.entries where entry.isPrefill {
            guard let sequence = sequences[entry.attempt], let sender = sequence.sender else { continue }
            let end = entry.position + entry.tokens.count
            let isWhole = end == sequence.tokens.count
            // What is kept of a prompt stands only once its last token is computed.
            if sequence.selected != nil, !isWhole { continue }
            let blocks = isWhole ? sender.blockCount : end / settings.layout.blockTokens
            sequences[entry.attempt]?.sender?.computed(layers: layers, blocks: blocks)
            offerToLanes(sender.id, to: sender.receiver.worker, now: now)
        }
        return takeActions()
    }

    /// Takes the sampled tokens, one or none per entry, in the order of the plan.
    public mutating func finishStep(
        _ plan: StepPlan,
        sampled: [SampledToken?],
        now: Timestamp
    ) -> [WorkerAction] {
        precondition(
            sampled.count == plan.entries.count,
            "\(sampled.count) results for \(plan.entries.count)"
        )
        endProgress(of: plan, learning: true, now: now)
        let wakes = layersComputed(plan, layers: settings.layout.layerCount, now: now)
        for (entry, token) in zip(plan.entries, sampled) {
            guard !releaseDoomed(entry.attempt) else { continue }
            sequences[entry.attempt]?.isStepping = false
            sequences[entry.attempt]?.computedTokens = entry.position + entry.tokens.count
            if entry.isPrefill { sequences[entry.attempt]?.report.computedTokens += entry.tokens.count }
            publishFullBlocks(entry.attempt)
            guard let token else { continue }
            if entry.isPrefill { finishPrefill(entry.attempt, now: now) }
            append(token, to: entry.attempt, now: now)
        }
        // Tokens first: somebody waits for them.
        return takeActions() + wakes
    }

    mutating func failStep(_ plan: StepPlan, _ error: ServingError, now: Timestamp) {
        endProgress(of: plan, learning: false, now: now)
        for entry in plan.entries where !releaseDoomed(entry.attempt) {
            sequences[entry.attempt]?.isStepping = false
            end(entry.attempt, failure: error, abort: error, isReported: true, now: now)
        }
    }

    func entry(of attempt: AttemptID, tokens count: Int) -> StepPlan.Entry? {
        guard let sequence = sequences[attempt] else { return nil }
        let start = sequence.computedTokens
        let isSampling = start + count == sequence.tokens.count
        var entry = StepPlan.Entry(
            attempt: attempt,
            tokens: sequence.tokens[start..<start + count],
            position: start,
            table: sequence.table,
            isSampling: isSampling,
            sampling: sequence.assignment.sampling,
            output: sequence.output,
            isPrefill: sequence.phase == .prefilling
        )
        entry.droppedTokens = sequence.droppedTokens
        if isSampling, let budget = sequence.budget, let selected = sequence.selected {
            entry.selection = StepPlan.Selection(
                budget: budget,
                queryTokens: settings.selectionQueryTokens,
                table: selected.table
            )
        }
        return entry
    }

    /// The prompt is computed: a hand-off begins, or the sequence decodes here.
    mutating func finishPrefill(_ attempt: AttemptID, now: Timestamp) {
        prefilling.removeAll { $0 == attempt }
        guard let sequence = sequences[attempt] else { return }
        sequences[attempt]?.report.prefill = now - (sequence.startedAt ?? now)
        guard sequence.sender != nil else {
            sequences[attempt]?.phase = .decoding
            decoding.append(attempt)
            return
        }
        pool.changeHold(sequence.table, from: .running, to: .leased)
        if let selected = sequence.selected {
            pool.changeHold(selected.table, from: .running, to: .leased)
        }
        sequences[attempt]?.phase = .handingOff
        sequences[attempt]?.deadline = now + sequence.assignment.lease
    }

    /// Adds an output token, tells the router and, if it is the last, ends the part.
    mutating func append(_ token: SampledToken, to attempt: AttemptID, now: Timestamp) {
        guard let sequence = sequences[attempt] else { return }
        let index = sequence.output.count
        var finish = sequence.assignment.sampling.finish(after: token.id, at: index)
        if finish == nil, sequence.tokens.count + 1 >= settings.contextTokens { finish = .length }
        sequences[attempt]?.tokens.append(token.id)
        sequences[attempt]?.report.outputTokens += 1
        if sequence.tokenAt == nil { sequences[attempt]?.tokenAt = now }
        let batch = TokenBatch(attempt: attempt, firstIndex: index, tokens: [token], finish: finish)
        outbox.append(.tokens(sequence.router, batch))
        if finish != nil {
            let reason = ServingError(.cancelled, "the answer ended at the prefill worker")
            end(attempt, failure: nil, abort: reason, isReported: true, now: now)
        } else if sequence.phase == .handingOff, let sender = sequence.sender {
            let handOff = KVHandOff(attempt: attempt, grant: sender.grant, token: token)
            sequences[attempt]?.sender?.handOff = handOff
            outbox.append(.handOff(to: sender.receiver.worker, handOff))
        }
    }

    /// Lets the prefix cache know the blocks that have become full.
    mutating func publishFullBlocks(_ attempt: AttemptID) {
        // A reduced cache is no prefix of anything.
        guard let sequence = sequences[attempt], sequence.droppedTokens == 0 else { return }
        let blockTokens = settings.layout.blockTokens
        var parent = sequence.publishedHash
        let full = sequence.computedTokens / blockTokens
        guard full > sequence.publishedBlocks else { return }
        for index in sequence.publishedBlocks..<full {
            let tokens = sequence.tokens[index * blockTokens..<(index + 1) * blockTokens]
            let hash = sequence.hasher.next(parent: parent, tokens: tokens)
            pool.publish(
                block: sequence.table[index],
                hash: hash,
                parent: parent,
                tokens: tokens,
                fidelity: sequence.fidelity
            )
            parent = hash
        }
        sequences[attempt]?.publishedBlocks = full
        sequences[attempt]?.publishedHash = parent
    }
}
