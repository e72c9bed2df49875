public import ServingTypes

/// How fast this machine encodes and decodes with one codec, and how small the result is: what a cost model
/// needs to choose between codecs.
public struct CodecSpeed: Hashable, Sendable {
    /// The codec.
    public let codec: KVCodec
    /// Raw bytes encoded per second by one thread.
    public let encodeBytesPerSecond: Double
    /// Raw bytes decoded per second by one thread.
    public let decodeBytesPerSecond: Double
    /// Coded bytes per raw byte on made-up KV; that of a model may differ by a few hundredths.
    public let ratio: Double

    /// KV of a measured chunk before coding, about.
    private static let sampleBytes = 128 * 1_024
    private static let maximumRounds = 16

    /// Measures every lossy codec on made-up KV of a layout's type, head dim and block.
    ///
    /// The best of a few rounds counts, so that a busy machine disturbs little. Takes about `budget` in all,
    /// and at least two rounds of each codec.
    public static func measure(
        layout: KVLayout,
        budget: Duration = .milliseconds(20)
    ) -> [CodecSpeed] {
        let sample = Self.sample(layout)
        let count = max(1, sampleBytes / sample.layerBlockBytes)
        var generator = PlausibleKV(seed: 1)
        let bytes = generator.cells(count, layout: sample)
        let codecs = KVCodec.allCases.filter(\.isLossy)
        return codecs.map {
            measure(ChunkCodec($0, layout: sample), bytes, blockCount: count, within: budget / codecs.count)
        }
    }

    /// One layer of as many heads as a sample needs.
    private static func sample(_ layout: KVLayout) -> KVLayout {
        var sample = layout
        sample.layerCount = 1
        sample.kvHeadCount = 1
        let headBytes = sample.layerBlockBytes
        sample.kvHeadCount = max(1, min(layout.kvHeadCount, sampleBytes / headBytes))
        return sample
    }

    private static func measure(
        _ codec: ChunkCodec,
        _ bytes: [UInt8],
        blockCount: Int,
        within budget: Duration
    ) -> CodecSpeed {
        var (encode, decode, coded) = (Duration.seconds(3_600), Duration.seconds(3_600), 0)
        var decoded = bytes
        let limit = codec.encodedBytesLimit(layerCount: 1, blockCount: blockCount)
        var payload = [UInt8](repeating: 0, count: limit)
        let clock = ContinuousClock()
        let start = clock.now
        for round in 0..<maximumRounds where round < 2 || clock.now - start < budget {
            let began = clock.now
            coded = bytes.withUnsafeBytes { cells in
                payload.withUnsafeMutableBytes { payload in
                    let cells = split(blockCount, cells.count).map {
                        UnsafeRawBufferPointer(rebasing: cells[$0])
                    }
                    return codec.encode(cells, firstLayer: 0, blockCount: blockCount, into: payload)
                }
            }
            let encoded = clock.now
            let isSound = decoded.withUnsafeMutableBytes { cells in
                payload.withUnsafeBytes { payload in
                    let cells = split(blockCount, cells.count).map {
                        UnsafeMutableRawBufferPointer(rebasing: cells[$0])
                    }
                    let payload = UnsafeRawBufferPointer(rebasing: payload[..<coded])
                    return isDecoded(payload, codec, blockCount: blockCount, into: cells)
                }
            }
            precondition(isSound, "\(codec.codec.name) cannot read what it wrote")
            encode = min(encode, encoded - began)
            decode = min(decode, clock.now - encoded)
        }
        return CodecSpeed(
            codec: codec.codec,
            encodeBytesPerSecond: Double(bytes.count) / max(encode.inSeconds, 1e-9),
            decodeBytesPerSecond: Double(bytes.count) / max(decode.inSeconds, 1e-9),
            ratio: Double(coded) / Double(bytes.count)
        )
    }

    private static func split(_ parts: Int, _ byteCount: Int) -> [Range<Int>] {
        let size = byteCount / parts
        return (0..<parts).map { $0 * size..<($0 + 1) * size }
    }

    private static func isDecoded(
        _ payload: UnsafeRawBufferPointer,
        _ codec: ChunkCodec,
        blockCount: Int,
        into cells: [UnsafeMutableRawBufferPointer]
    ) -> Bool {
        do {
            try codec.decode(payload, firstLayer: 0, blockCount: blockCount, into: cells)
            return true
        } catch {
            return false
        }
    }
}
