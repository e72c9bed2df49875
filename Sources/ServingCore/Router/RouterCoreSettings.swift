import ServingTypes

/// What the router's core must know of its cluster and limits.
public struct RouterCoreSettings: Sendable {
    /// How plans are scored.
    public var placement: PlacementSettings
    /// What is assumed of the ways between workers.
    public var links = LinkTableSettings()
    /// Times and counts of one request.
    public var limits = RequestLimits()
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
    /// Losing plans kept in a request's record.
    public var maxRecordedPlans = 8

    /// Default settings for one layout.
    public init(layout: KVLayout) { placement = PlacementSettings(layout: layout) }
}
