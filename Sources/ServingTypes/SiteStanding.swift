/// What one direction of a site's uplink carries, and what placement does about it.
public struct SiteStanding: Hashable, Sendable {
    /// The site.
    public var site: String
    /// Whether it is about bytes that leave the site; otherwise about those that enter it.
    public var isOutgoing: Bool
    /// Smoothed share of the capacity that is in use; above 1 when more is placed than it carries.
    public var utilisation: Double
    /// Until what was placed and what is on its way would have crossed at the limit: what a further transfer waits.
    public var queued: Duration
    /// Whether prefixes may be fetched across it.
    public var sharesPrefixes: Bool

    /// Collects what is known of a direction.
    public init(
        site: String,
        isOutgoing: Bool,
        utilisation: Double,
        queued: Duration,
        sharesPrefixes: Bool
    ) {
        self.site = site
        self.isOutgoing = isOutgoing
        self.utilisation = utilisation
        self.queued = queued
        self.sharesPrefixes = sharesPrefixes
    }
}
