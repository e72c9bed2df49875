/// From which uncached prompt length on a decode worker's prompts are better prefilled elsewhere.
public struct OffloadStanding: Hashable, Sendable {
    /// The decode worker.
    public var decode: WorkerID
    /// The prefill worker of its best path.
    public var prefill: WorkerID
    /// The length in tokens, at least 1; `nil` when no prompt that fits is long enough.
    public var tokens: Int?

    /// Describes a threshold.
    public init(decode: WorkerID, prefill: WorkerID, tokens: Int?) {
        self.decode = decode
        self.prefill = prefill
        self.tokens = tokens
    }
}
