/// What a site's workers together can send to, and receive from, other sites.
public struct SiteUplink: Hashable, Sendable {
    /// Bytes per second that leave the site; `nil` to estimate it.
    public var outBytesPerSecond: Double?
    /// Bytes per second that enter the site; `nil` to estimate it.
    public var inBytesPerSecond: Double?

    /// Gives the capacities that are known.
    public init(outBytesPerSecond: Double? = nil, inBytesPerSecond: Double? = nil) {
        self.outBytesPerSecond = outBytesPerSecond
        self.inBytesPerSecond = inBytesPerSecond
    }
}
