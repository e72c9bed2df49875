import ServingTypes

/// How far one site's uplink may be filled.
public struct SiteLimits: Hashable, Sendable {
    /// Share of the capacity beyond which sending more over it becomes dearer, above 0.
    public var maxUtilisation = 0.8
    /// Time that bytes may wait for it before that, too.
    public var maxQueue = Duration.seconds(1)
    /// Share below which prefixes may be fetched across it.
    public var shareBelow = 0.5

    /// The defaults.
    public init() {}
}
