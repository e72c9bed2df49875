import ServingTypes

/// How often a run goes wrong, and how.
public struct FaultRates: Hashable, Sendable {
    /// Workers to kill; each comes back.
    public var kills = 0
    /// Connections between router and worker to break.
    public var routerBreaks = 0
    /// Links between two workers to break.
    public var peerBreaks = 0
    /// Lanes to break.
    public var laneBreaks = 0
    /// Drains to begin; each ends.
    public var drains = 0
    /// Workers to give the other role; each gets its own back.
    public var roleOrders = 0
    /// Workers to cordon; each is resumed.
    public var cordons = 0
    /// Caches to drop.
    public var flushes = 0
    /// Forged values to deliver.
    public var forgeries = 0
    /// Per thousand engine steps.
    public var failedStepsPerMille = 0
    /// Per thousand engine steps.
    public var stalledStepsPerMille = 0
    /// Per thousand control messages.
    public var droppedPerMille = 0
    /// Per thousand control messages.
    public var duplicatedPerMille = 0
    /// Per thousand control messages.
    public var delayedPerMille = 0
    /// Per thousand chunks.
    public var droppedChunksPerMille = 0
    /// Per thousand chunks.
    public var duplicatedChunksPerMille = 0
    /// Per thousand chunks.
    public var delayedChunksPerMille = 0
    /// Per thousand chunks.
    public var corruptedChunksPerMille = 0
    /// Per thousand times that a lane asks for work: closed by its sender.
    public var retiredLanesPerMille = 0

    /// Nothing goes wrong.
    public init() {}

    /// A mixture of a few kinds: runs with everything at once hide what one kind alone does.
    init(from random: inout SplitMix64) {
        func sometimes(_ range: ClosedRange<Int>) -> Int {
            random.chance(perMille: 350) ? random.int(in: range) : 0
        }
        kills = sometimes(1...3)
        routerBreaks = sometimes(1...3)
        peerBreaks = sometimes(1...4)
        drains = sometimes(1...2)
        forgeries = sometimes(1...12)
        failedStepsPerMille = sometimes(1...15)
        stalledStepsPerMille = sometimes(1...10)
        droppedPerMille = sometimes(1...15)
        duplicatedPerMille = sometimes(1...40)
        delayedPerMille = sometimes(1...30)
        droppedChunksPerMille = sometimes(1...20)
        duplicatedChunksPerMille = sometimes(1...80)
        delayedChunksPerMille = sometimes(1...40)
        corruptedChunksPerMille = sometimes(1...20)
        laneBreaks = sometimes(1...6)
        retiredLanesPerMille = sometimes(1...30)
        roleOrders = sometimes(1...3)
    }
}
