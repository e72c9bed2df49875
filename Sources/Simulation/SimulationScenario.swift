import ServingCore
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
    /// The order of waiting requests.
    public var policy: FairnessPolicy
    /// Prefill work that a worker may have in hand for a further prompt to be sent to it, in microseconds.
    public var dispatchAhead: Int
    /// How workers admit, step and preempt what they decode.
    public var decode = DecodeSettings()
    /// What the router expects of answers, and when it moves them.
    public var balance = DecodeBalanceSettings()
    /// Per thousand requests: of another class than interactive, with a promised time per token, with a guess of the
    /// answer's length; each by itself.
    public var termsPerMille = 0
    /// How often the router wants a running answer back for no reason.
    public var takeBacks = 0
    /// When steps yield to others at layer boundaries.
    public var preemption = LayerPreemptionSettings()
    /// How long prompts are computed beside running answers.
    public var mixed = MixedSteps.chunked
    /// Most new prompt tokens of a step that lets answers in between its layers.
    public var layeredTokens = 64
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
        policy = random.chance(perMille: 800) ? .fair : .fcfs
        dispatchAhead = [0, 500, 5_000, 100_000][random.int(in: 0...3)]
        faults = FaultRates()
        if !isFaultless, !random.chance(perMille: 60) { faults = FaultRates(from: &random) }
        drawDecoding(&random)
        drawPreemption(&random)
    }

    /// Small pools, long answers and little patience with them, so that answers have to give way.
    private mutating func drawDecoding(_ random: inout SplitMix64) {
        decode.reserve = random.chance(perMille: 200) ? .whole : .expected
        decode.expectedShare = Double(random.int(in: 0...10)) / 10
        decode.growthMargin = Double(random.int(in: 0...15)) / 10
        decode.headroom = Double(random.int(in: 0...10)) / 100
        decode.maxBatch = random.chance(perMille: 300) ? random.int(in: 1...4) : nil
        decode.maxPreemptions = random.int(in: 1...4)
        decode.leastProgress = random.int(in: 0...4)
        balance.expectedShare = decode.expectedShare
        balance.moves = random.chance(perMille: 700)
        balance.fullLoad = Double(random.int(in: 4...9)) / 10
        balance.leastImbalance = Double(random.int(in: 0...3)) / 10
        balance.dwell = random.microseconds(in: 0...20_000)
        balance.coolDown = random.microseconds(in: 1_000...100_000)
        balance.leastGain = Double(random.int(in: 0...2))
        termsPerMille = random.chance(perMille: 700) ? random.int(in: 100...600) : 0
        takeBacks = random.chance(perMille: 300) ? random.int(in: 1...12) : 0
        if random.chance(perMille: 350) {
            maxOutputTokens = random.int(in: 15...45)
            decodeBlocks = random.int(in: 16...34)
        }
    }

    /// Steps that yield to almost anything, often and for long, in half of the clusters.
    private mutating func drawPreemption(_ random: inout SplitMix64) {
        preemption.leastGain = .microseconds(random.int(in: 0...2_000))
        preemption.leastRatio = Double(random.int(in: 0...20)) / 10
        preemption.maxYieldShare = Double(random.int(in: 1...30)) / 10
        preemption.maxPreemptions = random.int(in: 1...6)
        preemption.maxDepth = random.int(in: 1...2)
        preemption.isEnabled = random.chance(perMille: 700)
        if random.chance(perMille: 400) { mixed = .layered }
        // Whole prompts that come close after one another, so that there is something to yield to.
        if random.chance(perMille: 500) {
            stepTokens = 64
            prefillWorkers = 1
            arrivalSpan = random.int(in: 1...40) * 1_000
        }
        layeredTokens = random.int(in: 8...60)
    }
}
