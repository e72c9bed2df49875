public import ServingTypes

/// What a router shows of the path between two workers.
public struct LinkFigures: Hashable, Sendable {
    /// The sender.
    public var from: WorkerID
    /// The receiver.
    public var to: WorkerID
    /// What it carries with nothing else on its way.
    public var bytesPerSecond: Double
    /// What a new transfer could expect now.
    public var shareBytesPerSecond: Double
    /// Smoothed; zero when unknown.
    public var roundTrip: Duration
    /// Bytes sent and not yet acknowledged.
    public var inFlightBytes: Int
    /// Whether it carries far less than expected.
    public var isDegraded: Bool

    /// Describes a link.
    public init(
        from: WorkerID,
        to: WorkerID,
        bytesPerSecond: Double,
        shareBytesPerSecond: Double,
        roundTrip: Duration,
        inFlightBytes: Int,
        isDegraded: Bool
    ) {
        self.from = from
        self.to = to
        self.bytesPerSecond = bytesPerSecond
        self.shareBytesPerSecond = shareBytesPerSecond
        self.roundTrip = roundTrip
        self.inFlightBytes = inFlightBytes
        self.isDegraded = isDegraded
    }
}
