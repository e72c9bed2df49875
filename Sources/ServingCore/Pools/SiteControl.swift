import ServingTypes

/// The fast one of two control loops over sites: what crosses an uplink waits behind what was sent before, and
/// prefixes are shared across it only while there is room.
///
/// A value, stepped with what the uplinks carry; only sites with limits are controlled. The slow loop is
/// ``PoolController``. Source: PrfaaS (arXiv 2604.15039), two-timescale control.
struct SiteControl: Sendable {
    /// Both directions of one site.
    private struct Uplink: Sendable {
        var out: UplinkControl
        var into: UplinkControl
    }

    private var uplinks: [String: Uplink]
    /// Names of the controlled sites, sorted.
    private(set) var sites: [String]

    init(limits: [String: SiteLimits]) {
        uplinks = limits.mapValues { Uplink(out: UplinkControl(limits: $0), into: UplinkControl(limits: $0)) }
        sites = limits.keys.sorted()
    }

    func isControlled(_ site: String) -> Bool { uplinks[site] != nil }

    /// Controls other sites, or to other limits; what is known of a site that stays is kept.
    mutating func update(limits: [String: SiteLimits]) {
        let known = uplinks
        uplinks = Dictionary(
            uniqueKeysWithValues: limits.map { name, limits in
                var uplink =
                    known[name]
                    ?? Uplink(out: UplinkControl(limits: limits), into: UplinkControl(limits: limits))
                (uplink.out.limits, uplink.into.limits) = (limits, limits)
                return (name, uplink)
            }
        )
        sites = limits.keys.sorted()
    }

    /// A plan was chosen that sends so many bytes from one site to another.
    mutating func place(bytes: Int, from: String, to: String) {
        guard from != to, !from.isEmpty, !to.isEmpty else { return }
        uplinks[from]?.out.place(bytes: bytes)
        uplinks[to]?.into.place(bytes: bytes)
    }

    /// Looks at one site's uplink.
    mutating func step(_ site: String, out: UplinkSample?, into: UplinkSample?, now: Timestamp) {
        if let out { uplinks[site]?.out.step(out, now: now) }
        if let into { uplinks[site]?.into.step(into, now: now) }
    }

    /// What placement is to know of a site.
    func charge(of site: String) -> UplinkCharge {
        guard let uplink = uplinks[site] else { return UplinkCharge() }
        return UplinkCharge(
            out: uplink.out.way,
            into: uplink.into.way,
            sharesPrefixes: uplink.out.sharesPrefixes && uplink.into.sharesPrefixes
        )
    }

    /// Both directions of every controlled site, by name, outgoing first.
    var standings: [SiteStanding] {
        sites.flatMap { site -> [SiteStanding] in
            guard let uplink = uplinks[site] else { return [] }
            return [(uplink.out, true), (uplink.into, false)].map { control, isOutgoing in
                SiteStanding(
                    site: site,
                    isOutgoing: isOutgoing,
                    utilisation: control.utilisation,
                    queued: .fromSeconds(control.queueSeconds),
                    sharesPrefixes: control.sharesPrefixes
                )
            }
        }
    }
}

extension UplinkControl {
    fileprivate var way: UplinkCharge.Way {
        UplinkCharge.Way(waitSeconds: waitSeconds, bytesPerSecond: bytesPerSecond)
    }
}
