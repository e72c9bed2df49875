/// The highest rate among the paths that begin, or end, at one worker: a bound on what any of them carries.
struct FastestPath: Sendable {
    /// Paths that something is known of.
    private(set) var count = 0
    /// In bytes per second; 0 without a known path.
    var bytesPerSecond = 0.0

    /// Takes a path's change of rate; `nil` stands for one that is not known.
    ///
    /// - Returns: whether the highest rate fell, so that it has to be looked up among all paths.
    mutating func change(from old: Double?, to new: Double?) -> Bool {
        count += (new == nil ? 0 : 1) - (old == nil ? 0 : 1)
        if let new, new >= bytesPerSecond {
            bytesPerSecond = new
            return false
        }
        return old.map { $0 >= bytesPerSecond } ?? false
    }
}
