import ServingTypes

/// One worker as placement computes with it: plain numbers without a list or an optional, so that a thousand of them
/// are read in microseconds.
struct PlacementRow: Sendable {
    var role: WorkerRole
    var isDraining: Bool
    /// Its slot in the link table.
    var link: Int
    /// Number of its site, 0 when it has none.
    var site: Int
    var cost: CostCoefficients
    /// When a long prompt, and one of at most `shortTokens` tokens to compute, would start, in seconds of the clock.
    var queueEnd: Double
    var shortQueueEnd: Double
    /// From when on a prompt is taken to wait for so many seconds at least: nothing was heard of the worker.
    var silentFrom: Double
    var assignedSeconds: Double
    var shortTokens: Int
    /// What a short prompt waits for at most; what would take longer yields to it.
    var yieldSeconds: Double
    /// Most prompt tokens of a step; 0 when prompts are not cut.
    var stepTokens: Int
    /// The prompts' part of its steps while it computes prompts of its own, which it does until `queueEnd`.
    var chunkSeconds: Double
    var contextTokens: Int
    var blockCount: Int
    var usedBlocks: Int
    /// Blocks that a sequence which starts now may take; fewer than none when it cannot start.
    var openBlocks: Int
    var decoding: Int
    /// Tokens that its decoding sequences hold by its own word; negative without one.
    private(set) var reportedTokens: Int

    init(_ worker: WorkerSnapshot, link: Int, site: Int) {
        self.link = link
        self.site = site
        role = worker.role
        isDraining = worker.isDraining
        cost = worker.cost
        let seenAt = worker.seenAt.inSeconds
        queueEnd = seenAt + worker.queueSeconds
        shortQueueEnd = seenAt + (worker.shortQueuedSeconds ?? worker.queueSeconds)
        silentFrom = seenAt + PlacementSettings.reportPatience.inSeconds
        assignedSeconds = worker.assignedSeconds
        shortTokens = worker.shortTokens
        yieldSeconds = worker.yieldSeconds > 0 ? worker.yieldSeconds : .infinity
        stepTokens = worker.stepTokens
        let chunk = worker.stepTokens > 0 ? min(worker.stepTokens, worker.queuedTokens) : worker.queuedTokens
        chunkSeconds = cost.computingSeconds(tokens: chunk)
        contextTokens = worker.contextTokens
        blockCount = worker.blockCount
        usedBlocks = worker.usedBlocks
        openBlocks = worker.sequences < worker.maxRunning ? worker.freeBlocks : .min
        decoding = worker.decoding ?? worker.sequences
        reportedTokens = worker.decodingTokens ?? -1
    }

    /// Tokens that no sequence may reach here; 0 while it takes no new work.
    @inline(__always) var openContext: Int { isDraining ? 0 : contextTokens }

    /// Whether prompts are cut and answers have their part in each of their steps.
    @inline(__always) var cutsBesideAnswers: Bool { role == .decode && stepTokens > 0 && decoding > 0 }

    /// Most prompt tokens of a step then.
    @inline(__always) var tokensBesideAnswers: Int { max(1, stepTokens - decoding) }

    /// Until a prompt of so many tokens to compute would start, at a moment of the clock.
    @inline(__always) func queueSeconds(newTokens: Int, at now: Double) -> Double {
        let least = now > silentFrom ? assignedSeconds : 0
        guard newTokens <= shortTokens else { return max(least, queueEnd - now) }
        let wait = max(0, shortQueueEnd - now)
        return max(least, wait < yieldSeconds ? wait : 0)
    }

    /// Its next decode step as it is, in seconds; 0 without sequences.
    @inline(__always) func decodeStepSeconds(blockTokens: Int) -> Double {
        guard decoding > 0 else { return 0 }
        return cost.decodeStepSeconds(
            batch: decoding,
            contextTokens: decodingTokens(blockTokens: blockTokens)
        )
    }

    /// Tokens that its decoding sequences hold.
    @inline(__always) func decodingTokens(blockTokens: Int) -> Int {
        reportedTokens >= 0 ? reportedTokens : usedBlocks * blockTokens
    }
}
