/// What runs over the uplink of one site.
struct SiteLoad: Sendable {
    var out: ResourceLoad
    var into: ResourceLoad

    init(_ uplink: SiteUplink?) {
        out = ResourceLoad(given: uplink?.outBytesPerSecond)
        into = ResourceLoad(given: uplink?.inBytesPerSecond)
    }
}
