/// What a trace may hold at most.
public struct TraceLimits: Hashable, Sendable {
    /// Bytes of the whole trace.
    public var bytes: Int
    /// Bytes of one line.
    public var lineBytes: Int
    /// Requests.
    public var records: Int
    /// Tokens of one prompt or answer.
    public var tokens: Int

    /// Room for the largest public traces: 1 GiB, 1 MiB a line, 5,000,000 requests, 10,000,000 tokens.
    public init(
        bytes: Int = 1 << 30,
        lineBytes: Int = 1 << 20,
        records: Int = 5_000_000,
        tokens: Int = LengthRange.limit
    ) {
        self.bytes = bytes
        self.lineBytes = lineBytes
        self.records = records
        self.tokens = tokens
    }
}
