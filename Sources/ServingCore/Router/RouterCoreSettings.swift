import ServingTypes

/// What the router's core must know of its cluster and limits.
public struct RouterCoreSettings: Sendable {
    /// How plans are scored.
    public var placement: PlacementSettings
    /// What is assumed of the ways between workers.
    public var links = LinkTableSettings()
    /// When workers change their roles.
    public var pools = PoolSettings()
    /// When prefill workers are divided between short and long prompts.
    public var prefillClasses = PrefillClassSettings()
    /// Times and counts of one request.
    public var limits = RequestLimits()
    /// Who is served next, and who is refused.
    public var fairness = FairnessSettings()
    /// How long a request that fits nowhere still waits once a worker has registered that is larger than all
    /// before: the others of a cluster that starts may be larger yet.
    public var settleTime = Duration.seconds(2)
    /// What is expected of answers, and when they are moved.
    public var decode = DecodeBalanceSettings()
    /// Most new requests that wait to be placed; more fail with `no_capacity`.
    public var maxWaiting = 1_024
    /// Requests that are tried per occasion when those before them cannot be placed for reasons of their own.
    public var maxPlacementTries = 32
    /// How often waiting requests are tried when nothing else happens.
    public var retryInterval = Duration.milliseconds(100)
    /// What a client is told to wait after a `no_capacity` failure when no worker said anything better.
    public var retryAfter = Duration.seconds(1)
    /// KV block hashes remembered over all workers.
    public var prefixHashLimit = 1 << 20

    /// Default settings for one layout.
    public init(layout: KVLayout) { placement = PlacementSettings(layout: layout) }
}
