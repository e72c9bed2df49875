public import ServingTypes

/// One worker as the router sees it.
public struct WorkerStatus: Hashable, Sendable {
    /// Name, boot and place.
    public var address: WorkerAddress
    /// What it does now.
    public var role: WorkerRole
    /// What the router thinks of it.
    public var health: WorkerHealth
    /// Sequences waiting for their first step.
    public var waiting: Int
    /// Sequences in prefill or decode.
    public var running: Int
    /// Prompt tokens not yet computed.
    public var queuedTokens: Int
    /// The pool.
    public var blocks: BlockGauges
    /// Whether it takes no new work.
    public var isDraining: Bool
    /// Measured ways to other workers.
    public var paths: [PathReport]

    /// Collects what is known of a worker.
    public init(
        address: WorkerAddress,
        role: WorkerRole,
        health: WorkerHealth,
        waiting: Int,
        running: Int,
        queuedTokens: Int,
        blocks: BlockGauges,
        isDraining: Bool,
        paths: [PathReport]
    ) {
        self.address = address
        self.role = role
        self.health = health
        self.waiting = waiting
        self.running = running
        self.queuedTokens = queuedTokens
        self.blocks = blocks
        self.isDraining = isDraining
        self.paths = paths
    }
}
