/// Worker to router: who it is, what it does and how fast it believes to be.
public struct WorkerRegistration: Hashable, Sendable {
    /// Where other workers reach it, and its boot.
    public var address: WorkerAddress
    /// What it does now.
    public var role: WorkerRole
    /// Name of the served model, as clients use it.
    public var modelName: String
    /// Longest sequence in tokens.
    public var contextTokens: Int
    /// KV blocks in its pool.
    public var blockCount: Int
    /// Expected durations of its steps.
    public var cost: CostCoefficients
    /// Sequences that it decodes at once at most.
    public var maxRunning: Int
    /// Where the machine stands, empty when nothing was said: workers of one site share an uplink to the others.
    public var site: String
    /// What its codecs cost; without an entry a codec is not used with this worker.
    public var codecs: [KVCodecRate]

    /// Collects what a worker says of itself.
    public init(
        address: WorkerAddress,
        role: WorkerRole,
        modelName: String,
        contextTokens: Int,
        blockCount: Int,
        cost: CostCoefficients,
        maxRunning: Int,
        site: String = "",
        codecs: [KVCodecRate] = []
    ) {
        self.address = address
        self.role = role
        self.modelName = modelName
        self.contextTokens = contextTokens
        self.blockCount = blockCount
        self.cost = cost
        self.maxRunning = maxRunning
        self.site = site
        self.codecs = codecs
    }
}
