/// What a router assumes of the links between workers.
public struct LinkTableSettings: Sendable {
    /// Rate of a path without a sample, in bytes per second.
    public var priorBytesPerSecond = 100e6
    /// Capacities of the sites' uplinks, by site name; a site without one, or a direction of it, is
    /// estimated.
    public var uplinks: [String: SiteUplink] = [:]
    /// How far the uplinks may be filled, by site name; others are not controlled.
    public var siteLimits: [String: SiteLimits] = [:]

    /// The defaults.
    public init() {}
}
