import ServingTypes

/// What monitoring shows of fairness: who waits, who was served, who was refused.
public struct FairnessFigures: Sendable {
    /// One tenant's part.
    public struct Tenant: Sendable {
        /// Requests that wait for a place.
        public var waiting = 0
        /// Requests that are not over.
        public var inFlight = 0
        /// Tokens of its requests that are over.
        public var served = ServedTokens()
        /// Cost units that it may still be served before others, by class; none where nothing waited lately.
        public var deficits: [RequestPriority: Int] = [:]
    }

    /// Waiting requests of each class.
    public var waiting: [RequestPriority: Int] = [:]
    /// Requests refused before any worker saw them, since the start.
    public var refused: [RefusalReason: Int] = [:]
    /// Each tenant of the settings; ``TenantTag/none`` stands for all others.
    public var tenants: [TenantTag: Tenant] = [:]

    /// Nothing.
    public init() {}
}
