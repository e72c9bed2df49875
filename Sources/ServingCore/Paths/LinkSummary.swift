import ServingTypes

/// One link as an operator sees it.
public struct LinkSummary: Hashable, Sendable {
    /// The sender.
    public var from: WorkerID
    /// The receiver.
    public var to: WorkerID
    /// What the path carries with nothing else on its way, in bytes per second.
    public var bytesPerSecond: Double
    /// What a new transfer could expect now, in bytes per second.
    public var shareBytesPerSecond: Double
    /// Where the rate is known from.
    public var source: LinkSource
    /// Smoothed round trip; zero when unknown.
    public var roundTrip: Duration
    /// Bytes sent and not yet acknowledged.
    public var inFlightBytes: Int
    /// What the path should carry, in bytes per second; 0 when unknown.
    public var expectedBytesPerSecond: Double
    /// Whether it is far below that.
    public var isDegraded: Bool
    /// Samples under a backlog since the sender's boot.
    public var sampleCount: Int
}
