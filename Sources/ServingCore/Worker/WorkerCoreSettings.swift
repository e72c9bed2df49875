import ServingTypes

/// What one worker's core must know of its machine and limits.
public struct WorkerCoreSettings: Sendable {
    /// This worker and its boot.
    public var worker: WorkerRef
    /// What it does at first: a prefill worker never decodes.
    public var role: WorkerRole
    /// Roles that its certificate allows.
    public var permittedRoles = Set(WorkerRole.allCases)
    /// Shape of its KV cache.
    public var layout: KVLayout
    /// Blocks of its pool.
    public var blockCount: Int
    /// Longest sequence in tokens.
    public var contextTokens: Int
    /// Most new tokens of one engine step: the chunk budget of chunked prefill.
    public var stepTokens = 512
    /// How prompts are ordered, batched and cut.
    public var prefill = PrefillSettings()
    /// What the engine's steps are expected to take, as registered; all zero when nothing is known.
    public var cost = CostCoefficients()
    /// When a step yields at a layer boundary.
    public var preemption = LayerPreemptionSettings()
    /// How long prompts are computed beside running answers.
    public var mixed = MixedSteps.chunked
    /// Most new tokens of a step of prompts that lets answers in between its layers.
    public var layeredTokens = 8_192
    /// Most sequences that hold blocks and take part in steps.
    public var maxRunning = 64
    /// How sequences that decode are admitted, stepped and preempted.
    public var decode = DecodeSettings()
    /// Most sequences that wait for blocks; more are refused with `no_capacity`.
    public var maxWaiting = 256
    /// Most payload bytes of one KV chunk; at least one layer of one block always fits.
    public var chunkBytes = 1 << 20
    /// Chunks of one transfer share a frame up to so many bytes: what a lane and the core do for each frame costs
    /// more than what they do for each chunk.
    public var frameBytes = 512 << 10
    /// Most chunks that share a frame.
    public var frameChunks = 64
    /// Layers that are handed to the sender together.
    public var groupLayers = 4
    /// KV bytes that one transfer may have on its way.
    public var creditBytes = 64 << 20
    /// How long an offer waits for its reservation.
    public var offerParking = Duration.milliseconds(500)
    /// Most offers that wait at once.
    public var maxParkedOffers = 256
    /// How often a sender repeats its offer or hand-off as a sign of life.
    public var renewInterval = Duration.seconds(2)
    /// Trailing prompt tokens whose queries choose what a budget keeps.
    public var selectionQueryTokens = 24
    /// How long transfers wait for a lost link to a peer to come back.
    public var reconnectTimeout = Duration.seconds(10)
    /// How long a fetch may go without anything landing before the prefix is computed instead.
    public var fetchStallTimeout = Duration.seconds(5)
    /// Most fetches that are served at once; more are turned down, and their workers compute instead.
    public var maxServedFetches = 64
    /// How the rates to peers are estimated.
    public var paths = PathSettings()
    /// Shortest time between two load reports.
    public var loadInterval = Duration.milliseconds(50)
    /// Ended attempts that are remembered, so that late messages are told from new ones.
    public var maxRetired = 8_192

    /// Settings with default limits; groups of a quarter of the layers.
    public init(worker: WorkerRef, role: WorkerRole, layout: KVLayout, blockCount: Int, contextTokens: Int) {
        self.worker = worker
        self.role = role
        self.layout = layout
        self.blockCount = blockCount
        self.contextTokens = contextTokens
        groupLayers = max(1, layout.layerCount / 4)
    }

    /// Most new tokens of prompts in one step.
    public var promptStepTokens: Int { mixed == .layered ? max(stepTokens, layeredTokens) : stepTokens }
}
