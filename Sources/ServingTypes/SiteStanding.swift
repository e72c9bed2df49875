/// What one direction of a site's uplink carries, and what placement does about it.
public struct SiteStanding: Hashable, Sendable {
    /// The site.
    public var site: String
    /// Whether it is about bytes that leave the site; otherwise about those that enter it.
    public var isOutgoing: Bool
    /// Smoothed share of the capacity that is in use; above 1 when more is placed than it carries.
    public var utilisation: Double
    /// Until what is on its way has crossed.
    public var queued: Duration
    /// What placement charges for each byte that crosses, in seconds, beside the time that it takes.
    public var penaltySecondsPerByte: Double
    /// Whether prefixes may be fetched across it.
    public var sharesPrefixes: Bool

    /// Collects what is known of a direction.
    public init(
        site: String,
        isOutgoing: Bool,
        utilisation: Double,
        queued: Duration,
        penaltySecondsPerByte: Double,
        sharesPrefixes: Bool
    ) {
        self.site = site
        self.isOutgoing = isOutgoing
        self.utilisation = utilisation
        self.queued = queued
        self.penaltySecondsPerByte = penaltySecondsPerByte
        self.sharesPrefixes = sharesPrefixes
    }
}
