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
    var queueSeconds: Double
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
        queueSeconds = worker.queueSeconds
        contextTokens = worker.contextTokens
        blockCount = worker.blockCount
        usedBlocks = worker.usedBlocks
        openBlocks = worker.sequences < worker.maxRunning ? worker.freeBlocks : .min
        decoding = worker.decoding ?? worker.sequences
        reportedTokens = worker.decodingTokens ?? -1
    }

    /// Tokens that no sequence may reach here; 0 while it takes no new work.
    @inline(__always) var openContext: Int { isDraining ? 0 : contextTokens }

    /// Tokens that its decoding sequences hold.
    @inline(__always) func decodingTokens(blockTokens: Int) -> Int {
        reportedTokens >= 0 ? reportedTokens : usedBlocks * blockTokens
    }
}
