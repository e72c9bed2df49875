/// What one tenant may have of the cluster.
public struct TenantShare: Hashable, Sendable {
    /// Its share beside others that have requests waiting, at least 1.
    public var weight = 1
    /// Most of its requests that wait for a place; `nil` sets no limit of its own.
    public var maxWaiting: Int?
    /// Most of its requests that are not over; `nil` sets no limit.
    public var maxInFlight: Int?
    /// Prompt and output tokens per minute, as a bucket that holds one minute's; `nil` sets no limit.
    public var tokensPerMinute: Int?

    /// A tenant without limits.
    public init(
        weight: Int = 1,
        maxWaiting: Int? = nil,
        maxInFlight: Int? = nil,
        tokensPerMinute: Int? = nil
    ) {
        self.weight = weight
        self.maxWaiting = maxWaiting
        self.maxInFlight = maxInFlight
        self.tokensPerMinute = tokensPerMinute
    }
}
