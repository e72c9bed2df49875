internal import CWireProto
internal import ServingTypes

private enum Field {
    static let firstBlock = IntegerField("fetch.first_block", 0...WireLimits.promptBlocks - 1)
    static let hashCount = IntegerField("fetch.hash_count", 1...WireLimits.fetchHashes)
    static let blockEnd = IntegerField("fetch.first_block + hash_count", 1...WireLimits.promptBlocks)
    static let codec = ChoiceField<KVCodec>("fetch.codec")
    static let lease = DurationField("fetch.lease_us", least: 1_000)
}

extension KVFetch {
    init(_ raw: UnsafeMutablePointer<Baton__Fetch>, payload: [UInt8]) throws(WireError) {
        var reader = PayloadReader(payload, of: .fetch)
        let hashes = try reader.hashes(try Field.hashCount.decode(raw.pointee.hash_count))
        try reader.finish()
        self.init(
            attempt: try AttemptID(raw.pointee.attempt),
            grant: Grant(rawValue: try Bytes128(raw.pointee.grant, "fetch.grant")),
            firstBlock: try Field.firstBlock.decode(raw.pointee.first_block),
            acceptsLossy: raw.pointee.accepts_lossy != 0,
            codec: try Field.codec.decode(raw.pointee.codec),
            lease: try Field.lease.decode(raw.pointee.lease_us),
            hashes: hashes
        )
        _ = try Field.blockEnd.decode(firstBlock + hashes.count)
    }

    func raw(in arena: borrowing Arena) throws(WireError) -> UnsafeMutablePointer<Baton__Fetch> {
        let raw = try arena.make(CWireProto_make_fetch)
        raw.pointee.attempt = try attempt.raw(in: arena)
        raw.pointee.grant = try grant.rawValue.raw(in: arena)
        raw.pointee.first_block = try Field.firstBlock.encode(firstBlock)
        raw.pointee.accepts_lossy = acceptsLossy ? 1 : 0
        raw.pointee.codec = try Field.codec.encode(codec)
        raw.pointee.lease_us = try Field.lease.encode(lease)
        raw.pointee.hash_count = try Field.hashCount.encode(hashes.count)
        _ = try Field.blockEnd.decode(firstBlock + hashes.count)
        return raw
    }
}
