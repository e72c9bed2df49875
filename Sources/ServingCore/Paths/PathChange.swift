import ServingTypes

/// A path became degraded, or recovered; for the log and a counter.
public struct PathChange: Hashable, Sendable {
    /// The receiving worker.
    public var peer: WorkerID
    /// Whether it is degraded now.
    public var isDegraded: Bool
    /// Its rate now, in bytes per second.
    public var bytesPerSecond: Double
    /// What it should carry, in bytes per second.
    public var expectedBytesPerSecond: Double
}
