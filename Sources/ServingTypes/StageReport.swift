/// What one worker's part of an attempt took; durations on that worker's own clock.
public struct StageReport: Hashable, Sendable {
    /// From assignment to the first scheduled step.
    public var queue = Duration.zero
    /// From the first scheduled step to the first sampled token; zero on a worker that only decodes.
    public var prefill = Duration.zero
    /// From the offer to verified KV; zero when nothing crossed.
    public var transfer = Duration.zero
    /// From the end of prefill (sender) or the hand-off token (receiver) to verified KV: what overlap did not hide.
    public var exposedTransfer = Duration.zero
    /// From verified KV or the first token to the last token.
    public var decode = Duration.zero
    /// Prompt tokens found in this worker's own prefix cache.
    public var hitTokens = 0
    /// Tokens computed by prefill here.
    public var computedTokens = 0
    /// KV bytes sent or received as chunks, before any codec.
    public var transferBytes = 0
    /// Output tokens produced here.
    public var outputTokens = 0

    /// Prompt tokens whose KV was fetched from another worker.
    public var fetchedTokens = 0
    /// From the first request for a prefix to its last block, or to giving it up.
    public var fetch = Duration.zero

    /// Bytes sent for `transferBytes`, as encoded and with what was sent again; zero on the receiver.
    public var wireBytes = 0

    /// An empty report.
    public init() {}
}
