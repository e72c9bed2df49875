/// What runs over one shared part of the network and what that part carries: plain numbers.
struct ResourceFigures: Sendable {
    /// Capacity by setting, in bytes per second.
    var given: Double?
    var activePaths = 0
    /// Sum of what the active paths take, in bytes per second: whole, so that it never drifts.
    var rateSum = 0
    /// The most that it was seen to carry, in bytes per second.
    var measured = 0.0

    /// Whether nothing here limits a path, whichever it is.
    var isIdle: Bool { activePaths == 0 && given == nil }

    /// What a path that carries `alone` by itself gets here beside those that are active now.
    ///
    /// An equal share, or what others leave if that is more. With nobody else here only a given capacity
    /// limits: the path's own rate was measured across this resource.
    @inline(__always) func share(for path: PathFigures) -> Double {
        let others = activePaths - (path.isActive ? 1 : 0)
        guard others > 0 else { return given ?? .infinity }
        let capacity = given ?? max(measured, path.alone)
        let left = capacity - Double(rateSum - path.load)
        return max(capacity / Double(others + 1), left)
    }
}
