import ServingTypes

/// What runs over one shared part of the network, and what that part carries.
struct ResourceLoad: Sendable {
    private(set) var figures: ResourceFigures
    /// Bytes on their way over it.
    private(set) var inFlightBytes = 0
    private var backloggedPaths = 0
    private var meter = CapacityMeter<LinkKey>(interval: LinkTable.interval)

    /// - Parameter given: capacity by setting, in bytes per second.
    init(given: Double? = nil) { figures = ResourceFigures(given: given) }

    /// Takes another capacity by setting, in bytes per second; `nil` for none.
    mutating func give(_ capacity: Double?) { figures.given = capacity }

    /// Takes a path's load out and puts it back changed.
    mutating func replace(_ old: LinkPath?, by new: LinkPath?) {
        if let old { count(old, sign: -1) }
        if let new { count(new, sign: 1) }
    }

    private mutating func count(_ path: LinkPath, sign: Int) {
        guard path.isActive else { return }
        figures.activePaths += sign
        backloggedPaths += path.report.isBacklogged ? sign : 0
        figures.rateSum += sign * path.load
        inFlightBytes += sign * path.report.inFlightBytes
    }

    /// Counts bytes that were delivered over it, and what a path alone on it showed.
    mutating func carried(_ bytes: Int, by key: LinkKey, alone: Double?, now: Timestamp) {
        let active = figures.activePaths
        let isFull = active > 1 && backloggedPaths == active
        meter.carried(bytes, activePaths: active, isFull: isFull, now: now)
        if let alone { meter.carriedAlone(alone, by: key) }
        figures.measured = meter.bytesPerSecond
    }

    /// Rate of the paths other than `path`: 0 without any, infinite when they are active at an unknown rate.
    func neighbours(of path: LinkPath?) -> Double {
        let isOwn = path?.isActive ?? false
        guard figures.activePaths > (isOwn ? 1 : 0) else { return 0 }
        let rate = figures.rateSum - (path?.load ?? 0)
        return rate > 0 ? Double(rate) : .infinity
    }

    /// What a path gets of it: where transfers wait for each other, all of what may cross, else its share.
    @inline(__always) func rate(_ way: UplinkCharge.Way, for path: PathFigures) -> Double {
        way.bytesPerSecond ?? figures.share(for: path)
    }

    /// What runs over it, if its capacity is known by setting or was seen.
    var uplinkSample: UplinkSample? {
        let capacity = figures.given ?? meter.bytesPerSecond
        guard capacity > 0 else { return nil }
        return UplinkSample(
            bytesPerSecond: Double(figures.rateSum),
            inFlightBytes: inFlightBytes,
            capacity: capacity
        )
    }
}
