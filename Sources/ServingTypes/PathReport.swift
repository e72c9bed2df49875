/// What a worker measured of its way to another worker.
public struct PathReport: Hashable, Sendable {
    /// The receiving worker.
    public var peer: WorkerID
    /// What the path carries when the sender uses no other, in bytes per second; 0 before the first sample.
    public var bytesPerSecond: Double
    /// Bytes given to lanes and not yet acknowledged.
    public var inFlightBytes: Int
    /// Whether more bytes wait than the lanes take: the network, not the sender, sets the pace.
    public var isBacklogged: Bool
    /// Smoothed round trip; zero before the first heartbeat.
    public var roundTrip: Duration
    /// What the path should carry, by setting or by its best long run, in bytes per second; 0 when unknown.
    public var expectedBytesPerSecond: Double
    /// Whether several samples in a row were far below what is expected.
    public var isDegraded: Bool
    /// Samples since boot that bounded the rate from above, so those taken under a backlog.
    public var sampleCount: Int
    /// Whether the last of these came from a probe.
    public var isProbed: Bool
    /// What it delivered lately while it had bytes in flight, in bytes per second; 0 before the first.
    public var recentBytesPerSecond: Double
    /// Bytes acknowledged since boot.
    public var deliveredBytes: Int
    /// Bytes of hand-offs and served fetches that no lane has taken yet, whether their KV is computed or not.
    public var waitingBytes: Int

    /// Reports one path.
    public init(
        peer: WorkerID,
        bytesPerSecond: Double,
        inFlightBytes: Int,
        isBacklogged: Bool = false,
        roundTrip: Duration = .zero,
        expectedBytesPerSecond: Double = 0,
        isDegraded: Bool = false,
        sampleCount: Int = 0,
        isProbed: Bool = false,
        recentBytesPerSecond: Double = 0,
        deliveredBytes: Int = 0,
        waitingBytes: Int = 0
    ) {
        self.peer = peer
        self.bytesPerSecond = bytesPerSecond
        self.inFlightBytes = inFlightBytes
        self.isBacklogged = isBacklogged
        self.roundTrip = roundTrip
        self.expectedBytesPerSecond = expectedBytesPerSecond
        self.isDegraded = isDegraded
        self.sampleCount = sampleCount
        self.isProbed = isProbed
        self.recentBytesPerSecond = recentBytesPerSecond
        self.deliveredBytes = deliveredBytes
        self.waitingBytes = waitingBytes
    }
}
