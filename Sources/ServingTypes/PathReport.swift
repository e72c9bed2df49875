/// What a worker measured of its way to another worker.
public struct PathReport: Hashable, Sendable {
    /// The receiving worker.
    public var peer: WorkerID
    /// Delivery rate in bytes per second; 0 before the first sample.
    public var bytesPerSecond: Double
    /// Payload bytes granted or queued and not yet landed.
    public var inFlightBytes: Int

    /// Reports one path.
    public init(peer: WorkerID, bytesPerSecond: Double, inFlightBytes: Int) {
        self.peer = peer
        self.bytesPerSecond = bytesPerSecond
        self.inFlightBytes = inFlightBytes
    }
}
