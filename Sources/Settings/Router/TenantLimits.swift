/// How much of the cluster one tenant may have at a time; `nil` sets no limit.
public struct TenantLimits: Hashable, Sendable {
    /// Most requests that wait for a worker.
    public var maxWaiting: Int?
    /// Most requests that are not over.
    public var maxInFlight: Int?
    /// Prompt and output tokens per minute.
    public var tokensPerMinute: Int?

    /// No limits.
    public init() {}
}
