internal import CWireProto
internal import ServingTypes

private enum Field {
    static let number = IntegerField("chunk.number", 1...Int(UInt32.max))
    static let codec = ChoiceField<KVCodec>("chunk.codec")
    static let firstLayer = IntegerField("chunk.first_layer", 0...WireLimits.layers - 1)
    static let layerCount = IntegerField("chunk.layer_count", 1...WireLimits.layers)
    static let firstBlock = IntegerField("chunk.first_block", 0...WireLimits.promptBlocks - 1)
    static let blockCount = IntegerField("chunk.block_count", 1...WireLimits.promptBlocks)
    static let layerEnd = IntegerField("chunk.first_layer + layer_count", 1...WireLimits.layers)
    static let blockEnd = IntegerField("chunk.first_block + block_count", 1...WireLimits.promptBlocks)
}

extension KVChunk {
    init(_ raw: UnsafeMutablePointer<Baton__Chunk>) throws(WireError) {
        self.init(
            transfer: try KVTransferID(raw.pointee.attempt, raw.pointee.kind),
            grant: Grant(rawValue: try Bytes128(raw.pointee.grant, "chunk.grant")),
            number: UInt32(try Field.number.decode(raw.pointee.number)),
            firstLayer: try Field.firstLayer.decode(raw.pointee.first_layer),
            layerCount: try Field.layerCount.decode(raw.pointee.layer_count),
            firstBlock: try Field.firstBlock.decode(raw.pointee.first_block),
            blockCount: try Field.blockCount.decode(raw.pointee.block_count),
            codec: try Field.codec.decode(raw.pointee.codec),
            checksum: raw.pointee.checksum
        )
        _ = try Field.layerEnd.decode(firstLayer + layerCount)
        _ = try Field.blockEnd.decode(firstBlock + blockCount)
    }

    func raw(in arena: borrowing Arena) throws(WireError) -> UnsafeMutablePointer<Baton__Chunk> {
        let raw = try arena.make(CWireProto_make_chunk)
        raw.pointee.attempt = try transfer.attempt.raw(in: arena)
        raw.pointee.kind = try transfer.rawKind()
        raw.pointee.grant = try grant.rawValue.raw(in: arena)
        raw.pointee.number = try Field.number.encode(Int(number))
        raw.pointee.first_layer = try Field.firstLayer.encode(firstLayer)
        raw.pointee.layer_count = try Field.layerCount.encode(layerCount)
        raw.pointee.first_block = try Field.firstBlock.encode(firstBlock)
        raw.pointee.block_count = try Field.blockCount.encode(blockCount)
        raw.pointee.codec = try Field.codec.encode(codec)
        raw.pointee.checksum = checksum
        _ = try Field.layerEnd.decode(firstLayer + layerCount)
        _ = try Field.blockEnd.decode(firstBlock + blockCount)
        return raw
    }
}
