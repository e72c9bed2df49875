import ServingTypes

/// One cluster, its work and its faults; everything else follows from the seed.
public struct SimulationScenario: Sendable {
    /// What every choice of the run is drawn from.
    public var seed: UInt64
    /// Prefill workers.
    public var prefillWorkers: Int
    /// Decode workers, at least 1.
    public var decodeWorkers: Int
    /// Shape of the KV cache.
    public var layout: KVLayout
    /// Blocks of a prefill worker's pool.
    public var prefillBlocks: Int
    /// Blocks of a decode worker's pool.
    public var decodeBlocks: Int
    /// Longest sequence in tokens.
    public var contextTokens: Int
    /// Most new tokens of an engine step.
    public var stepTokens: Int
    /// Most sequences that a worker runs at once.
    public var maxRunning: Int
    /// Most payload bytes of a chunk.
    public var chunkBytes: Int
    /// Payload bytes that a transfer may have on its way.
    public var creditBytes: Int
    /// Layers handed to the sender together.
    public var groupLayers: Int
    /// Lanes from one worker to another, at most.
    public var lanes: Int
    /// Delivery rate of a lane.
    public var laneBytesPerSecond: Double
    /// Most microseconds that a control message takes.
    public var maxLatency: Int
    /// Requests.
    public var requests: Int
    /// Within how many microseconds they come.
    public var arrivalSpan: Int
    /// Longest prompt in tokens.
    public var maxPromptTokens: Int
    /// Most output tokens of a request.
    public var maxOutputTokens: Int
    /// Whether a prompt may be prefilled where it is decoded.
    public var allowsLocalPrefill: Bool
    /// Per thousand requests: given up by their client.
    public var cancelsPerMille: Int
    /// Per thousand assignments: told to fetch a prefix.
    public var fetchesPerMille: Int
    /// Most fetches that a worker serves at once.
    public var maxServedFetches: Int
    /// Per thousand requests: KV may go through a lossy codec.
    public var lossyPerMille: Int
    /// Per thousand requests: only a budget of the prompt's KV is handed off.
    public var budgetsPerMille: Int
    /// Trailing prompt tokens whose queries choose what a budget keeps.
    public var selectionQueryTokens: Int
    /// What goes wrong.
    public var faults: FaultRates

    /// A random small cluster with random work; faults unless `isFaultless`.
    public init(seed: UInt64, isFaultless: Bool = false) {
        var random = SplitMix64(seed: seed)
        self.seed = seed
        prefillWorkers = random.int(in: 1...3)
        decodeWorkers = random.int(in: 1...3)
        layout = KVLayout(
            layerCount: random.int(in: 1...4),
            kvHeadCount: 1,
            headDim: 2,
            type: .f32,
            blockTokens: 4
        )
        prefillBlocks = random.int(in: 16...40)
        decodeBlocks = random.int(in: 18...60)
        contextTokens = 60
        stepTokens = [4, 8, 16, 64][random.int(in: 0...3)]
        maxRunning = random.int(in: 2...8)
        chunkBytes = layout.layerBlockBytes * random.int(in: 1...8)
        creditBytes = layout.blockBytes * random.int(in: 1...12)
        groupLayers = random.int(in: 1...layout.layerCount)
        laneBytesPerSecond = Double(layout.blockBytes * random.int(in: 50...5_000))
        maxLatency = [200, 1_000, 8_000][random.int(in: 0...2)]
        requests = random.int(in: 4...16)
        arrivalSpan = random.int(in: 1...400) * 1_000
        maxPromptTokens = 40
        maxOutputTokens = random.int(in: 1...14)
        allowsLocalPrefill = random.chance(perMille: 500)
        cancelsPerMille = random.chance(perMille: 400) ? random.int(in: 20...300) : 0
        lanes = random.int(in: 1...3)
        fetchesPerMille = random.chance(perMille: 600) ? random.int(in: 200...1_000) : 0
        maxServedFetches = random.int(in: 1...4)
        lossyPerMille = random.chance(perMille: 300) ? random.int(in: 100...700) : 0
        budgetsPerMille = random.chance(perMille: 300) ? random.int(in: 100...700) : 0
        selectionQueryTokens = random.int(in: 1...8)
        faults = FaultRates()
        if !isFaultless, !random.chance(perMille: 60) { faults = FaultRates(from: &random) }
    }
}
