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

    /// Collects what a worker says of itself.
    public init(
        address: WorkerAddress,
        role: WorkerRole,
        modelName: String,
        contextTokens: Int,
        blockCount: Int,
        cost: CostCoefficients,
        maxRunning: Int
    ) {
        self.address = address
        self.role = role
        self.modelName = modelName
        self.contextTokens = contextTokens
        self.blockCount = blockCount
        self.cost = cost
        self.maxRunning = maxRunning
    }
}
