import ServingTypes

/// What placement must know of one prompt.
public struct PlacementRequest: Sendable {
    /// Tokens to prefill: prompt and what earlier attempts emitted; at least 1.
    public var tokens: Int
    /// Most tokens the sequence can come to hold, at least `tokens`.
    public var capacityTokens: Int
    /// Tokens for which a decode worker takes blocks at once, before the answer grows; `nil` for the whole capacity.
    public var expectedTokens: Int?
    /// Moment at which it is placed, by the clock of ``WorkerSnapshot/seenAt``.
    public var now = Timestamp.zero
    /// Leading KV blocks that workers are believed to hold, each worker once, in no order; absent means none.
    public var hits: [PrefixHit]
    /// Workers that must not be chosen now.
    public var avoided: Set<WorkerID>
    /// Workers that have enough to compute and must not be given more of it now; a hand-off they may take.
    public var busy: Set<WorkerID> = []
    /// Share of its blocks that the worker that decodes must keep free beside it, if the request leaves so much, 0 to 1.
    public var spareShare = 0.0
    /// Seconds of workers' queues that the prompt passes; absent means none.
    public var passedSeconds: [WorkerID: Double] = [:]
    /// How often each worker took part in a failed attempt of this request; absent means never.
    public var failures: [WorkerID: Int]
    /// Codecs that may be used, and whether all KV must cross.
    public var quality: KVQuality
    /// Within how long the first token is due; plans that take longer are chosen only when all do.
    public var ttftLimit: Duration?
    /// Longest decode step that its sequence may run in; workers beyond it are chosen only when all are.
    public var tpotLimit: Duration?
    /// Random bits that decide between plans that are as good as equal.
    public var seed: UInt64

    /// Describes an exact prompt that no worker knows and none has failed.
    public init(
        tokens: Int,
        capacityTokens: Int,
        hits: [PrefixHit] = [],
        avoided: Set<WorkerID> = [],
        failures: [WorkerID: Int] = [:],
        quality: KVQuality = .exact,
        ttftLimit: Duration? = nil,
        tpotLimit: Duration? = nil,
        seed: UInt64 = 0
    ) {
        self.tokens = tokens
        self.capacityTokens = capacityTokens
        self.hits = hits
        self.avoided = avoided
        self.failures = failures
        self.quality = quality
        self.ttftLimit = ttftLimit
        self.tpotLimit = tpotLimit
        self.seed = seed
    }
}
