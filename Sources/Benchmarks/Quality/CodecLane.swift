internal import KVCodecs
internal import ServingTypes

/// Encodes chunks of one layer and decodes them again, taking the time.
struct CodecLane {
    /// Bytes and seconds so far.
    private(set) var tally = CodecTally()
    private let codec: ChunkCodec
    private var payload: [UInt8]

    /// For chunks of at most `blockCount` blocks of one layer.
    init(_ codec: KVCodec, layout: KVLayout, blockCount: Int) {
        self.codec = ChunkCodec(codec, layout: layout)
        let limit = self.codec.encodedBytesLimit(layerCount: 1, blockCount: blockCount)
        payload = [UInt8](repeating: 0, count: limit)
    }

    /// Takes a chunk's cells through the codec.
    mutating func carry(
        _ cells: [UnsafeRawBufferPointer],
        to targets: [UnsafeMutableRawBufferPointer],
        layer: Int
    ) throws {
        let clock = ContinuousClock()
        let (codec, count) = (codec, cells.count)
        let times = try payload.withUnsafeMutableBytes { payload in
            let start = clock.now
            let bytes = codec.encode(cells, firstLayer: layer, blockCount: count, into: payload)
            let middle = clock.now
            let coded = UnsafeRawBufferPointer(rebasing: payload[..<bytes])
            try codec.decode(coded, firstLayer: layer, blockCount: count, into: targets)
            return (bytes: bytes, encode: middle - start, decode: clock.now - middle)
        }
        tally.rawBytes += count * codec.layout.layerBlockBytes
        tally.codedBytes += times.bytes
        tally.encodeSeconds += times.encode / .seconds(1)
        tally.decodeSeconds += times.decode / .seconds(1)
    }
}
