/// One entry of `sites`: what the machines of a place together can exchange with other places.
public struct Site: Hashable, Sendable {
    /// The name that workers give as their `site`.
    public var name: String
    /// Bytes per second that leave the site.
    public var uplinkRate: Double
    /// Bytes per second that enter it.
    public var downlinkRate: Double
    /// Share of either rate beyond which placement avoids to send more across.
    public var maxUtilisation = 0.8
    /// Time that bytes may wait for it before that, too.
    public var maxQueue = Duration.seconds(1)
    /// Share below which prefixes are fetched across.
    public var shareBelow = 0.5

    /// Describes a place.
    public init(name: String, uplinkRate: Double, downlinkRate: Double) {
        self.name = name
        self.uplinkRate = uplinkRate
        self.downlinkRate = downlinkRate
    }
}
