/// What a client waits for at most, and what it may use.
public struct ClientLimits: Sendable {
    /// For a TCP connection.
    public var connect = Duration.seconds(10)
    /// From sending a request to the first byte of its answer.
    public var firstByte = Duration.seconds(600)
    /// Between two reads of one answer.
    public var idle = Duration.seconds(120)
    /// From sending a request to the end of its answer.
    public var total = Duration.seconds(3_600)
    /// Connections open at once, and so requests in flight.
    public var connections = 16_384
    /// Bytes of an answer that is not streamed.
    public var body = 64 << 20

    /// The usual limits.
    public init() {}
}
