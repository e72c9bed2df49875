internal import CWireProto
internal import ServingTypes

private enum Field {
    static let codec = ChoiceField<KVCodec>("codec_rate.codec")
    static let encodeRate = rate("codec_rate.encode_bytes_per_second")
    static let decodeRate = rate("codec_rate.decode_bytes_per_second")
    static let sizeRatio = RealField<Double>("codec_rate.size_ratio", above: 0, through: 2)

    private static func rate(_ name: StaticString) -> RealField<Double> {
        RealField(name, above: 0, through: .greatestFiniteMagnitude)
    }
}

extension KVCodecRate {
    /// A list of protobuf messages, as the generated code holds it.
    typealias RawList = UnsafeMutablePointer<UnsafeMutablePointer<Baton__CodecRate>?>

    static func list(_ raw: RawList?, count: Int) throws(WireError) -> [KVCodecRate] {
        try checkCount(count)
        var rates: [KVCodecRate] = []
        for entry in UnsafeBufferPointer(start: raw, count: count) {
            guard let rate = entry?.pointee else { throw .missing(field: "codec_rate") }
            rates.append(
                KVCodecRate(
                    codec: try Field.codec.decode(rate.codec),
                    encodeBytesPerSecond: try Field.encodeRate.check(rate.encode_bytes_per_second),
                    decodeBytesPerSecond: try Field.decodeRate.check(rate.decode_bytes_per_second),
                    sizeRatio: try Field.sizeRatio.check(rate.size_ratio)
                )
            )
        }
        return rates
    }

    static func rawList(_ rates: [KVCodecRate], in arena: borrowing Arena) throws(WireError) -> RawList? {
        try checkCount(rates.count)
        let list: UnsafeMutableBufferPointer<UnsafeMutablePointer<Baton__CodecRate>?>
        list = try arena.array(rates.count)
        for (index, rate) in rates.enumerated() {
            let raw = try arena.make(CWireProto_make_codec_rate)
            raw.pointee.codec = try Field.codec.encode(rate.codec)
            raw.pointee.encode_bytes_per_second = try Field.encodeRate.check(rate.encodeBytesPerSecond)
            raw.pointee.decode_bytes_per_second = try Field.decodeRate.check(rate.decodeBytesPerSecond)
            raw.pointee.size_ratio = try Field.sizeRatio.check(rate.sizeRatio)
            list.initializeElement(at: index, to: raw)
        }
        return list.baseAddress
    }

    private static func checkCount(_ count: Int) throws(WireError) {
        guard count <= WireLimits.codecs else {
            throw .tooLong(field: "register.codecs", count: count, limit: WireLimits.codecs)
        }
    }
}
