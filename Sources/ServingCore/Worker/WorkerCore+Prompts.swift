import KVCache
import ServingTypes

/// Which prompts start, and how much of each the next step computes.
extension WorkerCore {
    /// The prompts' part of a step that `decoding` sequences share.
    func promptEntries(decoding: Int) -> [StepPlan.Entry] {
        let remaining = prefilling.map { sequences[$0]?.uncomputedTokens ?? 0 }
        var chunks = scheduler.promptChunks(decoding: decoding, remaining: remaining)
        for (index, attempt) in prefilling.enumerated() where sequences[attempt]?.selected != nil {
            chunks[index] = keepingQueries(chunks[index], of: remaining[index])
        }
        return zip(prefilling, chunks).compactMap { $1 > 0 ? entry(of: $0, tokens: $1) : nil }
    }

    /// Shortens a chunk so that the queries that choose what is kept come in one step.
    private func keepingQueries(_ chunk: Int, of remaining: Int) -> Int {
        let left = remaining - chunk
        guard left > 0, left < settings.selectionQueryTokens else { return chunk }
        return remaining > settings.selectionQueryTokens ? remaining - settings.selectionQueryTokens : chunk
    }

    /// Gives blocks to waiting sequences, first come first served, while there are blocks and room.
    mutating func startWaiting(now: Timestamp) {
        while let attempt = waiting.first, var sequence = sequences[attempt],
            sequences.count - waiting.count < settings.maxRunning
        {
            sequence.phase = .prefilling
            do throws(KVCacheError) {
                try takeBlocks(for: &sequence)
            } catch {
                return  // Blocks come back when another sequence ends.
            }
            sequence.startedAt = now
            sequence.report.queue = now - sequence.arrivedAt
            waiting.removeFirst()
            if startFetch(for: &sequence, now: now) {
                sequence.phase = .fetching
                sequences[attempt] = sequence
            } else {
                sequences[attempt] = sequence
                startPrefilling(attempt, now: now)
            }
        }
    }

    /// What is cached or fetched can be sent at once; the rest is computed.
    mutating func startPrefilling(_ attempt: AttemptID, now: Timestamp) {
        sequences[attempt]?.phase = .prefilling
        prefilling.append(attempt)
        guard let sequence = sequences[attempt], let sender = sequence.sender, sequence.selected == nil else {
            return
        }
        let blocks = sequence.computedTokens / settings.layout.blockTokens
        sequences[attempt]?.sender?.computed(layers: settings.layout.layerCount, blocks: blocks)
        offerToLanes(sender.id, to: sender.receiver.worker, now: now)
    }
}
