/// What a new transfer between two workers can expect now.
public struct LinkShare: Hashable, Sendable {
    /// Its rate in bytes per second, above 0: the least share over everything on its way.
    public var bytesPerSecond: Double
    /// Bytes of this pair that go first.
    public var backlogBytes: Int
    /// What sets the rate.
    public var bottleneck: LinkResource
    /// Seconds until what was placed on an uplink on the way has crossed.
    public var uplinkWaitSeconds = 0.0
    /// Whether a prefix may be fetched this way: not across an uplink that hand-offs need.
    public var sharesPrefixes = true

    /// Time until the bytes that go first are through.
    public var backlogSeconds: Double { max(uplinkWaitSeconds, Double(backlogBytes) / bytesPerSecond) }

    /// Takes the share of one resource on the way.
    @inline(__always) mutating func limit(to rate: Double, by resource: LinkResource) {
        guard rate < bytesPerSecond else { return }
        bytesPerSecond = rate
        bottleneck = resource
    }
}
