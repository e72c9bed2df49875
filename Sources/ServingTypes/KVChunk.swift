/// Head of one KV payload on a lane: a rectangle of layers × prompt blocks.
///
/// The payload holds, layer by layer and block by block, `KVLayout.layerBlockBytes` bytes each.
public struct KVChunk: Hashable, Sendable {
    /// The attempt.
    public var attempt: AttemptID
    /// Proof that the router wants this transfer.
    public var grant: Grant
    /// First layer, 0-based.
    public var firstLayer: Int
    /// Layers, at least 1.
    public var layerCount: Int
    /// First block of the prompt, 0-based: an index into the block table, not into an arena.
    public var firstBlock: Int
    /// Blocks, at least 1.
    public var blockCount: Int
    /// CRC-32C over `place` and the payload.
    public var checksum: UInt32

    /// Describes one payload.
    public init(
        attempt: AttemptID,
        grant: Grant,
        firstLayer: Int,
        layerCount: Int,
        firstBlock: Int,
        blockCount: Int,
        checksum: UInt32 = 0
    ) {
        self.attempt = attempt
        self.grant = grant
        self.firstLayer = firstLayer
        self.layerCount = layerCount
        self.firstBlock = firstBlock
        self.blockCount = blockCount
        self.checksum = checksum
    }
}
