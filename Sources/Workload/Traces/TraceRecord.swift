/// One recorded request.
public struct TraceRecord: Hashable, Sendable {
    /// When it came, counted from the trace's own origin.
    public var arrival: Duration
    /// Tokens of the prompt, at least 1.
    public var inputTokens: Int
    /// Tokens of the answer, at least 1.
    public var outputTokens: Int
    /// Identities of the prompt's successive blocks: equal leading ones are a shared prefix; may be empty.
    public var blockIDs: [UInt64]
    /// Group and headers; formats without them have none.
    public var labels: RequestLabels

    /// A recorded request.
    public init(
        arrival: Duration,
        inputTokens: Int,
        outputTokens: Int,
        blockIDs: [UInt64] = [],
        labels: RequestLabels = RequestLabels()
    ) {
        self.arrival = arrival
        self.inputTokens = inputTokens
        self.outputTokens = outputTokens
        self.blockIDs = blockIDs
        self.labels = labels
    }
}
