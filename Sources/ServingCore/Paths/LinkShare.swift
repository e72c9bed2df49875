/// What a new transfer between two workers can expect now.
public struct LinkShare: Hashable, Sendable {
    /// Its rate in bytes per second, above 0: the least share over everything on its way.
    public var bytesPerSecond: Double
    /// Bytes of this pair that go first.
    public var backlogBytes: Int
    /// What sets the rate.
    public var bottleneck: LinkResource

    /// Time until the bytes that go first are through.
    public var backlogSeconds: Double { Double(backlogBytes) / bytesPerSecond }
}
