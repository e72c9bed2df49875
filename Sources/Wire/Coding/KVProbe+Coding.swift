internal import CWireProto
internal import ServingTypes

private let payloadBytesField = IntegerField("probe.payload_bytes", 1...WireLimits.probeBytes)

extension KVProbe {
    init(_ raw: UnsafeMutablePointer<Baton__Probe>) throws(WireError) {
        self.init(
            number: raw.pointee.number,
            payloadBytes: try payloadBytesField.decode(raw.pointee.payload_bytes)
        )
    }

    func raw(in arena: borrowing Arena) throws(WireError) -> UnsafeMutablePointer<Baton__Probe> {
        let raw = try arena.make(CWireProto_make_probe)
        raw.pointee.number = number
        raw.pointee.payload_bytes = try payloadBytesField.encode(payloadBytes)
        return raw
    }

    /// The message that confirms the frame of that number.
    static func probed(
        _ number: UInt64,
        in arena: borrowing Arena
    ) throws(WireError) -> UnsafeMutablePointer<Baton__Probed> {
        let raw = try arena.make(CWireProto_make_probed)
        raw.pointee.number = number
        return raw
    }
}
