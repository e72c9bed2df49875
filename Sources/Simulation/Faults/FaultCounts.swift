/// Faults that a run injected, by kind.
public struct FaultCounts: Hashable, Sendable {
    /// Workers killed.
    public var kills = 0
    /// Connections between router and worker broken.
    public var routerBreaks = 0
    /// Links between two workers broken.
    public var peerBreaks = 0
    /// Engine steps that failed.
    public var engineFailures = 0
    /// Engine steps that took far too long.
    public var stalledSteps = 0
    /// Drains.
    public var drains = 0
    /// Orders to change a role.
    public var roleOrders = 0
    /// Control messages dropped.
    public var droppedMessages = 0
    /// Control messages delivered twice.
    public var duplicatedMessages = 0
    /// Control messages that later ones overtook.
    public var delayedMessages = 0
    /// Chunks that vanished.
    public var droppedChunks = 0
    /// Chunks that came twice.
    public var duplicatedChunks = 0
    /// Chunks that took far longer than others.
    public var delayedChunks = 0
    /// Chunks whose bytes did not match their checksum.
    public var corruptedChunks = 0
    /// Lanes broken.
    public var laneBreaks = 0
    /// Lanes that their sender closed, with or without a chunk that it had taken.
    public var retiredLanes = 0
    /// Dials of a living worker that were refused.
    public var refusedDials = 0
    /// Workers killed while they fetched a prefix.
    public var killedRequesters = 0
    /// Workers killed while a prefix was fetched from them.
    public var killedSources = 0
    /// Values forged under a stale attempt, another worker's name, or without the grant.
    public var forgeries = 0

    /// None.
    public init() {}

    /// Most attempts of one request that these faults can make fail.
    ///
    /// A message costs one attempt, and so does a chunk that takes for ever, as nobody can tell it from a
    /// slow one. Chunks that are lost, torn or damaged go again, on lanes that break or others: only one
    /// that is damaged three times in a row costs anything. Until everybody has noticed a dead worker or a
    /// closed connection it costs another; while a link is down or an engine stalls, several.
    public var harmLimit: Int {
        2 * (kills + routerBreaks) + 3 * (peerBreaks + stalledSteps) + engineFailures + drains
            + droppedMessages + delayedMessages + duplicatedMessages + delayedChunks + corruptedChunks / 3
    }

    static func += (left: inout Self, right: Self) {
        left.kills += right.kills
        left.routerBreaks += right.routerBreaks
        left.peerBreaks += right.peerBreaks
        left.engineFailures += right.engineFailures
        left.stalledSteps += right.stalledSteps
        left.drains += right.drains
        left.roleOrders += right.roleOrders
        left.droppedMessages += right.droppedMessages
        left.duplicatedMessages += right.duplicatedMessages
        left.delayedMessages += right.delayedMessages
        left.droppedChunks += right.droppedChunks
        left.duplicatedChunks += right.duplicatedChunks
        left.delayedChunks += right.delayedChunks
        left.corruptedChunks += right.corruptedChunks
        left.laneBreaks += right.laneBreaks
        left.retiredLanes += right.retiredLanes
        left.refusedDials += right.refusedDials
        left.killedRequesters += right.killedRequesters
        left.killedSources += right.killedSources
        left.forgeries += right.forgeries
    }
}
