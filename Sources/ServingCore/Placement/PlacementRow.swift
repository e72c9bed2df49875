import ServingTypes

/// One worker as placement computes with it: plain numbers, so that a thousand of them are read in microseconds.
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
    var sequences: Int
    var maxRunning: Int
    var decoding: Int
    var decodingTokens: Int?
    var prefillClass: PrefillClass

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
        sequences = worker.sequences
        maxRunning = worker.maxRunning
        decoding = worker.decoding ?? worker.sequences
        decodingTokens = worker.decodingTokens
        prefillClass = worker.prefillClass
    }

    /// Tokens that no sequence may reach here; 0 while it takes no new work.
    var openContext: Int { isDraining ? 0 : contextTokens }

    /// Blocks that a sequence which starts now may take; fewer than none when it cannot start.
    var openBlocks: Int { sequences < maxRunning ? max(0, blockCount - usedBlocks) : .min }
}
