/// What placement charges for crossing one site's uplink.
public struct UplinkCharge: Hashable, Sendable {
    /// Seconds per byte that leaves the site, beside the time that it takes.
    public var outSecondsPerByte = 0.0
    /// Seconds per byte that enters it.
    public var intoSecondsPerByte = 0.0
    /// Whether prefixes may be fetched from other sites, and by them.
    public var sharesPrefixes = true

    /// No charge.
    public init() {}

    /// States the charges.
    public init(outSecondsPerByte: Double, intoSecondsPerByte: Double, sharesPrefixes: Bool) {
        self.outSecondsPerByte = outSecondsPerByte
        self.intoSecondsPerByte = intoSecondsPerByte
        self.sharesPrefixes = sharesPrefixes
    }
}
