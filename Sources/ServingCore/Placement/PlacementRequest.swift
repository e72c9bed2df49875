import ServingTypes

/// What placement must know of one prompt.
public struct PlacementRequest: Sendable {
    /// Tokens to prefill: prompt and what earlier attempts emitted; at least 1.
    public var tokens: Int
    /// Most tokens the sequence can come to hold, at least `tokens`.
    public var capacityTokens: Int
    /// Leading KV blocks that each worker is believed to hold; absent means none.
    public var hitBlocks: [WorkerID: Int]
    /// Workers that must not be chosen now.
    public var avoided: Set<WorkerID>
    /// How often each worker took part in a failed attempt of this request; absent means never.
    public var failures: [WorkerID: Int]
    /// Codecs that may be used, and whether all KV must cross.
    public var quality: KVQuality

    /// Describes an exact prompt that no worker knows and none has failed.
    public init(
        tokens: Int,
        capacityTokens: Int,
        hitBlocks: [WorkerID: Int] = [:],
        avoided: Set<WorkerID> = [],
        failures: [WorkerID: Int] = [:],
        quality: KVQuality = .exact
    ) {
        self.tokens = tokens
        self.capacityTokens = capacityTokens
        self.hitBlocks = hitBlocks
        self.avoided = avoided
        self.failures = failures
        self.quality = quality
    }
}
