internal import CWireProto
internal import ServingTypes

private enum Field {
    static let number = IntegerField("chunk.number", 1...Int(UInt32.max))
    static let codec = ChoiceField<KVCodec>("chunks.codec")
    static let firstLayer = IntegerField("chunk.first_layer", 0...WireLimits.layers - 1)
    static let layerCount = IntegerField("chunk.layer_count", 1...WireLimits.layers)
    static let firstBlock = IntegerField("chunk.first_block", 0...WireLimits.promptBlocks - 1)
    static let blockCount = IntegerField("chunk.block_count", 1...WireLimits.promptBlocks)
    static let layerEnd = IntegerField("chunk.first_layer + layer_count", 1...WireLimits.layers)
    static let blockEnd = IntegerField("chunk.first_block + block_count", 1...WireLimits.promptBlocks)
}

/// The chunks of one frame: all of one transfer, with one grant and one codec.
extension [KVChunk] {
    init(_ raw: UnsafeMutablePointer<Baton__Chunks>) throws(WireError) {
        try Self.checkCount(raw.pointee.n_chunks)
        let transfer = try KVTransferID(raw.pointee.attempt, raw.pointee.kind)
        let grant = Grant(rawValue: try Bytes128(raw.pointee.grant, "chunks.grant"))
        let codec = try Field.codec.decode(raw.pointee.codec)
        self.init()
        reserveCapacity(raw.pointee.n_chunks)
        for entry in UnsafeBufferPointer(start: raw.pointee.chunks, count: raw.pointee.n_chunks) {
            guard let entry else { throw .missing(field: "chunk") }
            append(try KVChunk(entry, of: transfer, grant: grant, codec: codec))
        }
    }

    func raw(in arena: borrowing Arena) throws(WireError) -> UnsafeMutablePointer<Baton__Chunks> {
        try Self.checkCount(count)
        let raw = try arena.make(CWireProto_make_chunks)
        raw.pointee.attempt = try self[0].transfer.attempt.raw(in: arena)
        raw.pointee.kind = try self[0].transfer.rawKind()
        raw.pointee.grant = try self[0].grant.rawValue.raw(in: arena)
        raw.pointee.codec = try Field.codec.encode(self[0].codec)
        let list: UnsafeMutableBufferPointer<UnsafeMutablePointer<Baton__Chunk>?> = try arena.array(count)
        for (index, chunk) in enumerated() {
            guard chunk.isAlike(self[0]) else {
                throw .inconsistent(field: "chunks", reason: "they differ in transfer, grant or codec")
            }
            list.initializeElement(at: index, to: try chunk.raw(in: arena))
        }
        raw.pointee.n_chunks = count
        raw.pointee.chunks = list.baseAddress
        return raw
    }

    private static func checkCount(_ count: Int) throws(WireError) {
        guard count > 0 else { throw .missing(field: "chunk") }
        guard count <= WireLimits.frameChunks else {
            throw .tooLong(field: "chunks", count: count, limit: WireLimits.frameChunks)
        }
    }
}

extension KVChunk {
    fileprivate init(
        _ raw: UnsafeMutablePointer<Baton__Chunk>,
        of transfer: KVTransferID,
        grant: Grant,
        codec: KVCodec
    ) throws(WireError) {
        self.init(
            transfer: transfer,
            grant: grant,
            number: UInt32(try Field.number.decode(raw.pointee.number)),
            firstLayer: try Field.firstLayer.decode(raw.pointee.first_layer),
            layerCount: try Field.layerCount.decode(raw.pointee.layer_count),
            firstBlock: try Field.firstBlock.decode(raw.pointee.first_block),
            blockCount: try Field.blockCount.decode(raw.pointee.block_count),
            codec: codec,
            checksum: raw.pointee.checksum,
            endsBurst: raw.pointee.ends_burst != 0
        )
        _ = try Field.layerEnd.decode(firstLayer + layerCount)
        _ = try Field.blockEnd.decode(firstBlock + blockCount)
    }

    fileprivate func raw(in arena: borrowing Arena) throws(WireError) -> UnsafeMutablePointer<Baton__Chunk> {
        let raw = try arena.make(CWireProto_make_chunk)
        raw.pointee.number = try Field.number.encode(Int(number))
        raw.pointee.first_layer = try Field.firstLayer.encode(firstLayer)
        raw.pointee.layer_count = try Field.layerCount.encode(layerCount)
        raw.pointee.first_block = try Field.firstBlock.encode(firstBlock)
        raw.pointee.block_count = try Field.blockCount.encode(blockCount)
        raw.pointee.checksum = checksum
        raw.pointee.ends_burst = endsBurst ? 1 : 0
        _ = try Field.layerEnd.decode(firstLayer + layerCount)
        _ = try Field.blockEnd.decode(firstBlock + blockCount)
        return raw
    }

    /// Whether it may share a frame with `other`.
    fileprivate func isAlike(_ other: KVChunk) -> Bool {
        transfer == other.transfer && grant == other.grant && codec == other.codec
    }
}
