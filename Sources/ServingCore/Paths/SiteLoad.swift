/// What runs over the uplink of one site.
struct SiteLoad: Sendable {
    var out: ResourceLoad
    var into: ResourceLoad
    /// What placement charges for crossing it.
    var charge = UplinkCharge()

    init(_ uplink: SiteUplink?) {
        out = ResourceLoad(given: uplink?.outBytesPerSecond)
        into = ResourceLoad(given: uplink?.inBytesPerSecond)
    }
}
