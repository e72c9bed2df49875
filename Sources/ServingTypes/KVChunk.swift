/// Head of one KV payload on a lane: a rectangle of layers × blocks.
///
/// The payload holds, layer by layer and block by block, `KVLayout.layerBlockBytes` bytes each, as `codec` writes them.
public struct KVChunk: Hashable, Sendable {
    /// The transfer.
    public var transfer: KVTransferID
    /// Proof that the router wants this transfer.
    public var grant: Grant
    /// Names the rectangle within the transfer, from 1; sending it again keeps the number.
    public var number: UInt32
    /// First layer, 0-based.
    public var firstLayer: Int
    /// Layers, at least 1.
    public var layerCount: Int
    /// First block, 0-based: an index into the block table, not into an arena.
    public var firstBlock: Int
    /// Blocks, at least 1.
    public var blockCount: Int
    /// How the payload is encoded.
    public var codec: KVCodec
    /// CRC-32C over the chunk's place and the payload.
    public var checksum: UInt32
    /// Whether the sender has nothing more to send for now: the receiver acknowledges it at once.
    public var endsBurst: Bool

    /// Describes one payload.
    public init(
        transfer: KVTransferID,
        grant: Grant,
        number: UInt32,
        firstLayer: Int,
        layerCount: Int,
        firstBlock: Int,
        blockCount: Int,
        codec: KVCodec = .raw,
        checksum: UInt32 = 0,
        endsBurst: Bool = false
    ) {
        self.transfer = transfer
        self.grant = grant
        self.number = number
        self.firstLayer = firstLayer
        self.layerCount = layerCount
        self.firstBlock = firstBlock
        self.blockCount = blockCount
        self.codec = codec
        self.checksum = checksum
        self.endsBurst = endsBurst
    }

    /// Layers × blocks.
    public var cellCount: Int { layerCount * blockCount }

    /// Its blocks in the table.
    public var blockRange: Range<Int> { firstBlock..<firstBlock + blockCount }
}
