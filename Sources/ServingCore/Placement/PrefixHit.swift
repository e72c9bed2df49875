/// Leading KV blocks of a prompt that one worker is believed to hold.
public struct PrefixHit: Hashable, Sendable {
    /// The worker's place in ``ClusterSnapshot/workers``.
    public var place: Int
    /// How many blocks, at least 1.
    public var blocks: Int

    /// Says what a worker holds.
    public init(place: Int, blocks: Int) {
        self.place = place
        self.blocks = blocks
    }
}
