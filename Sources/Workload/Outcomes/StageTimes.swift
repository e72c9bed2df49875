/// Where a server says the time of one request went; a stage it does not report is `nil`.
public struct StageTimes: Hashable, Sendable {
    /// From arrival to the first scheduled step.
    public var queue: Duration?
    /// From the first scheduled step to the first sampled token.
    public var prefill: Duration?
    /// From the offer of KV to its last verified block.
    public var transfer: Duration?
    /// From the first token, or verified KV, to the last token.
    public var decode: Duration?

    /// Stages as the server reports them.
    public init(
        queue: Duration? = nil,
        prefill: Duration? = nil,
        transfer: Duration? = nil,
        decode: Duration? = nil
    ) {
        self.queue = queue
        self.prefill = prefill
        self.transfer = transfer
        self.decode = decode
    }
}
