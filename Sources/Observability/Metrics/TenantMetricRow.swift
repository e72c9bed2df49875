public import ServingTypes

/// What is shown of one tenant.
public struct TenantMetricRow: Hashable, Sendable {
    /// Its name, or `other`.
    public var name: String
    /// Requests that wait to be placed.
    public var waiting = 0
    /// Requests that are not over.
    public var inFlight = 0
    /// Prompt tokens that were computed.
    public var computedTokens = 0
    /// Prompt tokens that came from a cache.
    public var cachedTokens = 0
    /// Output tokens.
    public var outputTokens = 0
    /// What it may be served before others, by priority, where that is known.
    public var deficits: [RequestPriority: Int] = [:]

    /// A tenant of which nothing has come yet.
    public init(name: String) { self.name = name }
}
