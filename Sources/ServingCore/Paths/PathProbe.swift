import ServingTypes

/// An order to measure an idle path.
public struct PathProbe: Hashable, Sendable {
    /// The worker to send to.
    public var peer: WorkerID
    /// Bytes to send to its scratch sink.
    public var bytes: Int
}
