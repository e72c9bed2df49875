internal import CWireProto
internal import ServingTypes

private let gauge = IntegerField("blocks", IntegerField.anyCount)

extension BlockGauges {
    init(_ raw: UnsafeMutablePointer<Baton__BlockGauges>?) throws(WireError) {
        guard let raw else { throw .missing(field: "blocks") }
        self.init()
        free = try gauge.decode(raw.pointee.free)
        cached = try gauge.decode(raw.pointee.cached)
        running = try gauge.decode(raw.pointee.running)
        reserved = try gauge.decode(raw.pointee.reserved)
        leased = try gauge.decode(raw.pointee.leased)
        quarantined = try gauge.decode(raw.pointee.quarantined)
    }

    func raw(in arena: borrowing Arena) throws(WireError) -> UnsafeMutablePointer<Baton__BlockGauges> {
        let raw = try arena.make(CWireProto_make_block_gauges)
        raw.pointee.free = try gauge.encode(free)
        raw.pointee.cached = try gauge.encode(cached)
        raw.pointee.running = try gauge.encode(running)
        raw.pointee.reserved = try gauge.encode(reserved)
        raw.pointee.leased = try gauge.encode(leased)
        raw.pointee.quarantined = try gauge.encode(quarantined)
        return raw
    }
}
