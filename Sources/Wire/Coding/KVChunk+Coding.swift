internal import CWireProto
internal import ServingTypes

private enum Field {
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
            attempt: try AttemptID(raw.pointee.attempt),
            grant: Grant(rawValue: try Bytes128(raw.pointee.grant, "chunk.grant")),
            firstLayer: try Field.firstLayer.decode(raw.pointee.first_layer),
            layerCount: try Field.layerCount.decode(raw.pointee.layer_count),
            firstBlock: try Field.firstBlock.decode(raw.pointee.first_block),
            blockCount: try Field.blockCount.decode(raw.pointee.block_count),
            checksum: raw.pointee.checksum
        )
        _ = try Field.layerEnd.decode(firstLayer + layerCount)
        _ = try Field.blockEnd.decode(firstBlock + blockCount)
    }

    func raw(in arena: borrowing Arena) throws(WireError) -> UnsafeMutablePointer<Baton__Chunk> {
        let raw = try arena.make(CWireProto_make_chunk)
        raw.pointee.attempt = try attempt.raw(in: arena)
        raw.pointee.grant = try grant.rawValue.raw(in: arena)
        raw.pointee.first_layer = try Field.firstLayer.encode(firstLayer)
        raw.pointee.layer_count = try Field.layerCount.encode(layerCount)
        raw.pointee.first_block = try Field.firstBlock.encode(firstBlock)
        raw.pointee.block_count = try Field.blockCount.encode(blockCount)
        raw.pointee.checksum = checksum
        _ = try Field.layerEnd.decode(firstLayer + layerCount)
        _ = try Field.blockEnd.decode(firstBlock + blockCount)
        return raw
    }
}
