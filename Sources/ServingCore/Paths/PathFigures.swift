/// What a question about a path reads of it: plain numbers, no names.
struct PathFigures: Sendable {
    /// Slot of the receiver.
    var to: Int
    /// What it carries with nothing else on its way, in bytes per second.
    var alone: Double
    /// Bytes in flight, and those of transfers that wait for lanes.
    var backlogBytes: Int
    /// What it takes of the resources on its way now, in bytes per second.
    var load: Int
    var isActive: Bool

    /// A path that carries something at this rate.
    init(_ path: LinkPath, to slot: Int, prior: Double) {
        to = slot
        alone = path.alone ?? prior
        backlogBytes = path.backlogBytes
        load = path.load
        isActive = path.isActive
    }

    /// A path that nothing is known of.
    init(unknownTo slot: Int, prior: Double) {
        to = slot
        alone = prior
        backlogBytes = 0
        load = 0
        isActive = false
    }
}
