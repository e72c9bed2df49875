/// What a router assumes of the links between workers.
public struct LinkTableSettings: Sendable {
    /// Rate of a path without a sample, in bytes per second.
    public var priorBytesPerSecond = 100e6
    /// Capacities of the sites' uplinks, by site name; a site without one, or a direction of it, is
    /// estimated.
    public var uplinks: [String: SiteUplink] = [:]

    /// The defaults.
    public init() {}
}
