import ServingTypes

/// What runs over one shared part of the network, and what that part carries.
struct ResourceLoad: Sendable {
    /// Capacity by setting, in bytes per second.
    var given: Double?
    private(set) var activePaths = 0
    /// Sum of what the active paths take, in bytes per second: whole, so that it never drifts.
    private(set) var rateSum = 0
    private var backloggedPaths = 0
    private var meter = CapacityMeter<LinkKey>(interval: LinkTable.interval)

    init(given: Double? = nil) { self.given = given }

    /// Takes a path's load out and puts it back changed.
    mutating func replace(_ old: LinkPath?, by new: LinkPath?) {
        if let old { count(old, sign: -1) }
        if let new { count(new, sign: 1) }
    }

    private mutating func count(_ path: LinkPath, sign: Int) {
        guard path.isActive else { return }
        activePaths += sign
        backloggedPaths += path.report.isBacklogged ? sign : 0
        rateSum += sign * path.load
    }

    /// Counts bytes that were delivered over it, and what a path alone on it showed.
    mutating func carried(_ bytes: Int, by key: LinkKey, alone: Double?, now: Timestamp) {
        let isFull = activePaths > 1 && backloggedPaths == activePaths
        meter.carried(bytes, activePaths: activePaths, isFull: isFull, now: now)
        if let alone { meter.carriedAlone(alone, by: key) }
    }

    /// Rate of the paths other than `path`: 0 without any, infinite when they are active at an unknown rate.
    func neighbours(of path: LinkPath?) -> Double {
        let isOwn = path?.isActive ?? false
        guard activePaths > (isOwn ? 1 : 0) else { return 0 }
        let rate = rateSum - (path?.load ?? 0)
        return rate > 0 ? Double(rate) : .infinity
    }

    /// What a path that carries `alone` by itself gets here beside those that are active now.
    ///
    /// An equal share, or what others leave if that is more. With nobody else here only a given capacity
    /// limits: the path's own rate was measured across this resource.
    func share(for path: LinkPath?, alone: Double) -> Double {
        let others = activePaths - (path?.isActive ?? false ? 1 : 0)
        guard others > 0 else { return given ?? .infinity }
        let capacity = given ?? max(meter.bytesPerSecond, alone)
        let left = capacity - Double(rateSum - (path?.load ?? 0))
        return max(capacity / Double(others + 1), left)
    }
}
