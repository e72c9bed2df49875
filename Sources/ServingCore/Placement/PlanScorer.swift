import ServingTypes

/// Predicts what plans for one request take; seconds are `Double`, as the cost model's are.
///
/// Whatever chooses, by prediction or by any other rule, has its plans scored here: ``score(prefill:decode:)``,
/// ``score(whole:)`` and ``told(_:beside:)``. Workers go by their places in the snapshot. A class, because it never changes
/// and copying what it holds would cost as much as many a plan.
final class PlanScorer: Sendable {
    /// What is left of a running step, on average, at a moment that has nothing to do with it.
    static let runningShare = 0.5
    /// Of lossy codecs none is believed to make KV smaller than this.
    private static let leastSizeRatio = 0.1

    let settings: PlacementSettings
    /// Whether prefixes may be fetched, and somebody holds one.
    let mayFetch: Bool
    let request: PlacementRequest
    let cluster: ClusterSnapshot
    /// What may be used, the least lossy first; empty when KV crosses as it is.
    let codecs: [KVCodec]
    /// Whether KV crosses as it is.
    let isExact: Bool
    /// Part of the KV that crosses at least.
    let crossingShare: Double
    /// Applies to hand-offs; `nil` for a prompt that is not longer.
    let budget: KVBudget?
    /// Leading blocks that each worker holds and that need not be computed; empty when none holds any.
    private let hits: [Int32]
    /// The most of them.
    let mostHitBlocks: Int
    /// How often each worker failed the request; empty when none did.
    private let failures: [Int32]
    /// Whether each worker must not be chosen; empty when all may.
    private let avoided: [Bool]
    /// Whether each worker must not be given a prompt to compute; empty when all may.
    private let busy: [Bool]
    /// What of each worker's queue the prompt does not wait for; empty when it passes none.
    private let passedSeconds: [Double]
    let blockTokens: Int
    /// Its logarithm: a division takes longer than all else of a look at a worker.
    private let blockShift: Int
    /// Blocks of the whole prompt.
    private let promptBlocks: Int
    let blockBytes: Int
    /// One layer group's share of the KV.
    let part: Double
    /// What a fetch or a lossier codec must save.
    private let leastSaving: Double
    /// From asking for a prefix to its first byte.
    let fetchLatency: Double
    /// Moment of the placement.
    let now: Double
    /// Infinite without one.
    let ttftLimit: Double
    let tpotLimit: Double

    /// Borrows, as a copy of a snapshot takes as long as a look at ten workers.
    init(settings: PlacementSettings, request: borrowing PlacementRequest, cluster: borrowing ClusterSnapshot)
    {
        precondition(request.tokens > 0, "a prompt has at least one token")
        self.settings = settings
        self.request = copy request
        self.cluster = copy cluster
        isExact = !request.quality.acceptsLossy
        codecs = isExact ? [] : KVCodec.allCases.filter(request.quality.codecs.contains)
        crossingShare = isExact ? 1 : Self.leastSizeRatio
        budget = request.quality.budget.flatMap { request.tokens > $0.tokens ? $0 : nil }
        blockTokens = settings.layout.blockTokens
        blockShift = blockTokens.trailingZeroBitCount
        promptBlocks = settings.layout.blockCount(tokens: request.tokens)
        blockBytes = settings.layout.blockBytes
        part = 1 / Double(settings.layerGroups)
        leastSaving = settings.leastSaving.inSeconds
        fetchLatency = settings.fetchLatency.inSeconds
        now = request.now.inSeconds
        ttftLimit = request.ttftLimit?.inSeconds ?? .infinity
        tpotLimit = request.tpotLimit?.inSeconds ?? .infinity
        // The last token is always computed to obtain logits.
        let limit = (request.tokens - 1) / settings.layout.blockTokens
        (hits, mostHitBlocks) = Self.dense(request.hits, limit: limit, count: cluster.rows.count)
        mayFetch = mostHitBlocks > 0 && settings.maxFetchSources > 0
        failures = Self.dense(request.failures, in: cluster) { Int32($0) }
        passedSeconds = Self.dense(request.passedSeconds, in: cluster) { $0 }
        avoided = Self.dense(request.avoided, in: cluster)
        busy = Self.dense(request.busy, in: cluster)
    }

    /// Blocks that so many tokens occupy.
    @inline(__always) func blockCount(tokens: Int) -> Int { (tokens + blockTokens - 1) >> blockShift }

    /// What a fetch or a lossier codec must save, beside what takes so long.
    @inline(__always) func leastSaving(on seconds: Double) -> Double {
        max(leastSaving, settings.leastSavingShare * seconds)
    }

    /// Leading blocks that a worker holds and that need not be computed.
    @inline(__always) func hitBlocks(_ place: Int) -> Int { hits.isEmpty ? 0 : Int(hits[place]) }

    @inline(__always) func failureCount(_ place: Int) -> Int {
        failures.isEmpty ? 0 : Int(failures[place])
    }

    @inline(__always) func isAvoided(_ place: Int) -> Bool { avoided.isEmpty ? false : avoided[place] }

    @inline(__always) func isBusy(_ place: Int) -> Bool { busy.isEmpty ? false : busy[place] }

    /// Until a worker would begin with the prompt.
    @inline(__always) func queueSeconds(_ place: Int, _ row: PlacementRow) -> Double {
        let queue = row.queueSeconds(newTokens: newTokens(heldBlocks: hitBlocks(place)), at: now)
        guard !passedSeconds.isEmpty else { return queue }
        return min(queue, max(0, row.queueEnd - now - passedSeconds[place]))
    }

    /// The same for two workers side by side.
    @inline(__always) func queueSeconds(
        _ workers: WorkerLanes,
        _ held: WorkerLanes.Lanes,
        _ first: Int,
        _ last: Int
    ) -> WorkerLanes.Lanes {
        let new = Double(request.tokens) - held * Double(blockTokens)
        let queue = workers.queueSeconds(newTokens: new, at: now)
        guard !passedSeconds.isEmpty else { return queue }
        let passed = WorkerLanes.Lanes(passedSeconds[first], passedSeconds[last])
        return queue.atMost((workers.queueSeconds(at: now) - passed).atLeast(.zero))
    }

    /// Tokens that a worker computes of the prompt.
    @inline(__always) private func newTokens(heldBlocks: Int) -> Int {
        request.tokens - heldBlocks * blockTokens
    }

    @inline(__always) func prefillSide(_ place: Int) -> PrefillSide {
        prefillSide(place, cluster.rows[place])
    }

    /// The same for a row that was read already.
    @inline(__always) func prefillSide(_ place: Int, _ row: PlacementRow) -> PrefillSide {
        let hit = hitBlocks(place)
        return PrefillSide(
            place: place,
            link: row.link,
            failures: failureCount(place),
            hitBlocks: hit,
            plain: prefillWay(at: row, heldBlocks: hit, wait: queueSeconds(place, row))
        )
    }

    /// To compute all but so many blocks, after so long.
    @inline(__always) func prefillWay(
        at row: PlacementRow,
        heldBlocks: Int,
        wait: Double,
        fetch: PrefixFetch? = nil
    ) -> PrefillWay {
        let prefill = prefillSeconds(row, heldBlocks: heldBlocks)
        let new = newTokens(heldBlocks: heldBlocks)
        // What is kept of a prompt stands only when all of it is computed.
        let isStreamed = budget == nil && row.stepTokens > 0 && new > row.stepTokens
        let lastTokens = isStreamed ? row.stepTokens : new
        let lastShare = isStreamed ? part * Double(lastTokens) / Double(new) : part
        return PrefillWay(
            fetch: fetch,
            wait: wait,
            prefill: prefill,
            hidden: prefill * (1 - lastShare),
            lastBytes: budget == nil ? part * Double(blockCount(tokens: lastTokens) * blockBytes) : .infinity
        )
    }

    @inline(__always) func decodeSide(_ place: Int) -> DecodeSide {
        let row = cluster.rows[place]
        return DecodeSide(
            place: place,
            failures: failureCount(place),
            missingBytes: missingBytes(place),
            admission: admission(row),
            step: step(row, more: budget?.tokens ?? request.tokens),
            promptSeconds: row.queueEnd - now,
            chunkSeconds: row.chunkSeconds
        )
    }

    @inline(__always) func wholeSide(_ place: Int) -> WholeSide {
        let row = cluster.rows[place]
        return WholeSide(
            local: prefillSide(place, row),
            admission: admission(row),
            step: step(row, more: request.tokens),
            running: row.decoding
        )
    }

    @inline(__always) private func admission(_ row: PlacementRow) -> Double {
        Self.runningShare * row.decodeStepSeconds(blockTokens: blockTokens)
    }

    /// A decode step with one sequence more, of so many tokens.
    @inline(__always) private func step(_ row: PlacementRow, more tokens: Int) -> Double {
        let held = row.decodingTokens(blockTokens: blockTokens)
        return row.cost.decodeStepSeconds(batch: row.decoding + 1, contextTokens: held + tokens)
    }

    /// What must be handed to a decode worker.
    @inline(__always) func missingBytes(_ place: Int) -> Int {
        let blocks = budget.map { blockCount(tokens: $0.tokens) } ?? (promptBlocks - hitBlocks(place))
        return blocks * blockBytes
    }

    @inline(__always) func prefillSeconds(_ place: Int, heldBlocks: Int) -> Double {
        prefillSeconds(cluster.rows[place], heldBlocks: heldBlocks)
    }

    @inline(__always) func prefillSeconds(_ row: PlacementRow, heldBlocks: Int) -> Double {
        let new = newTokens(heldBlocks: heldBlocks)
        let alone = row.cost.prefillSeconds(newTokens: new, contextTokens: request.tokens)
        guard row.cutsBesideAnswers else { return alone }
        let answers = row.decodeStepSeconds(blockTokens: blockTokens)
        return alone
            + row.cost.cuttingSeconds(
                newTokens: new,
                stepTokens: row.tokensBesideAnswers,
                answers: answers
            )
    }

    private static func dense(
        _ hits: [PrefixHit],
        limit: Int,
        count: Int
    ) -> (blocks: [Int32], most: Int) {
        guard !hits.isEmpty, limit > 0 else { return ([], 0) }
        var (blocks, most) = (Array(repeating: Int32(0), count: count), 0)
        for hit in hits {
            blocks[hit.place] = Int32(min(hit.blocks, limit))
            most = max(most, min(hit.blocks, limit))
        }
        return (blocks, most)
    }

    private static func dense<Value, Number: Numeric>(
        _ values: [WorkerID: Value],
        in cluster: ClusterSnapshot,
        _ number: (Value) -> Number
    ) -> [Number] {
        guard !values.isEmpty else { return [] }
        var numbers = Array(repeating: Number.zero, count: cluster.rows.count)
        for (worker, value) in values {
            if let place = cluster.place(of: worker) { numbers[place] = number(value) }
        }
        return numbers
    }

    private static func dense(_ marked: Set<WorkerID>, in cluster: ClusterSnapshot) -> [Bool] {
        guard !marked.isEmpty else { return [] }
        var marks = Array(repeating: false, count: cluster.rows.count)
        for worker in marked {
            if let place = cluster.place(of: worker) { marks[place] = true }
        }
        return marks
    }
}
