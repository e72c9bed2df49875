/// What was known of a plan's workers and of the way between them when it was scored.
public struct PlanInputs: Hashable, Sendable, Codable {
    /// Prompt tokens that the worker that prefills had accepted and not computed.
    public var queuedTokens = 0
    /// Requests that it had.
    public var requests = 0
    /// KV blocks that the decode worker could still reserve.
    public var freeBlocks = 0
    /// Rate that a hand-off could expect, in bytes per second; 0 when nothing is handed off.
    public var linkBytesPerSecond = 0.0
    /// Until what was on that way already would have landed.
    public var linkBacklog = Milliseconds(.zero)

    /// Nothing known.
    public init() {}

    private enum CodingKeys: String, CodingKey {
        case queuedTokens = "queued_tokens"
        case requests
        case freeBlocks = "free_blocks"
        case linkBytesPerSecond = "link_bytes_per_second"
        case linkBacklog = "link_backlog_ms"
    }
}
